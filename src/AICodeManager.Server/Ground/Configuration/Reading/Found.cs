namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>A value that was given, and where.</summary>
/// <param name="Text">After expansion.</param>
/// <param name="Shown">What faults may show of it: never the content of a variable that the file named.</param>
/// <param name="Line">Line in the file; null where the environment gave it.</param>
/// <param name="Variable">The environment variable that gave it; null where the file did.</param>
internal sealed record Found(string Text, string Shown, long? Line, string? Variable)
{
    /// <summary>The value cannot be used and its fault has been reported.</summary>
    public static readonly Found Refused = new("", "", null, null);
}
