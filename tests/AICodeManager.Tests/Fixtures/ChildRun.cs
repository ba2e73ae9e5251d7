namespace AICodeManager.Tests.Fixtures;

/// <summary>
/// A test that must be killed runs in a second process of this very assembly. That one starts none of the assembly's
/// servers: killed, it could not end them, and they would outlive the tests.
/// </summary>
public static class ChildRun
{
    /// <summary>The variable that names the folder a child works in; set only for children.</summary>
    public const string Folder = "AICLI_TEST_CHILD_FOLDER";

    public static bool IsOne { get; } = Environment.GetEnvironmentVariable(Folder) is not null;
}
