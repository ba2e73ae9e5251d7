using System.Text.RegularExpressions;

namespace AICodeManager.Server.Work.Workspaces.Environment;

/// <summary>
/// Which names a workspace may give its variables: those of POSIX (IEEE 1003.1, 8.1: letters, digits and underscores, no digit
/// first), at most 128 characters, and none of <see cref="ReservedNames"/>.
/// </summary>
public static partial class VariableNames
{
    /// <summary>Characters of the longest name.</summary>
    public const int MaxLength = 128;

    private const int Shown = 40;

    /// <summary>Why the name is not accepted, for people; null where it is.</summary>
    public static string? Fault(string name) =>
        !IsName(name) ? $"'{Start(name)}' is no name of a variable: accepted are 1 to {MaxLength} letters (A to Z), digits and underscores, with no digit first"
        : ReservedNames.Reason(name) is { } reason ? $"'{Start(name)}' is kept for others: {reason}"
        : null;

    /// <summary>Whether it has the form of a name, reserved or not.</summary>
    public static bool IsName(string name) => name.Length <= MaxLength && Form().IsMatch(name);

    private static string Start(string name) => name.Length <= Shown ? name : string.Concat(name.AsSpan(0, Shown), "…");

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Form();
}
