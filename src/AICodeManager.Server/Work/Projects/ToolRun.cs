namespace AICodeManager.Server.Work.Projects;

/// <summary>How a tool in a sandbox ended by itself.</summary>
/// <param name="Errors">Standard error, made fit for people: see <see cref="ToolText"/>.</param>
internal sealed record ToolRun(int ExitCode, byte[] Output, IReadOnlyList<string> Errors)
{
    /// <exception cref="ProjectToolException">It said it failed.</exception>
    public ToolRun Succeeded() => ExitCode == 0
        ? this
        : throw new ProjectToolException(ProjectToolException.Failed, Errors.Count > 0 ? string.Join('\n', Errors) : $"Exit code {ExitCode}.");
}

/// <summary>A tool did not do its work.</summary>
/// <param name="code">Stable word.</param>
/// <param name="message">For people; the tool's own last words, cleaned and bounded.</param>
public sealed class ProjectToolException(string code, string message) : Exception(message)
{
    public const string Busy = "server_busy", TimedOut = "timed_out", Full = "project_full", Failed = "git_failed", Lost = "sandbox_lost";

    public string Code { get; } = code;
}

/// <summary>What a tool says about hostile files is hostile too: only its last lines, without control characters.</summary>
internal static class ToolText
{
    private const int MaxLines = 12, MaxLine = 300;

    public static IReadOnlyList<string> LastLines(string text) =>
        [.. text.Split('\n')
            .Select(Clean)
            .Where(line => line.Length > 0)
            .TakeLast(MaxLines)];

    private static string Clean(string line)
    {
        var plain = string.Concat(line.Where(c => !char.IsControl(c) && !IsBidirectional(c))).Trim();
        return plain.Length <= MaxLine ? plain : plain[..MaxLine] + "…";
    }

    // Characters that turn the direction of text could make a line read as another.
    private static bool IsBidirectional(char c) => c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F';
}
