namespace AICodeManager.Cli.Api;

/// <summary>Puts names into routes so that none of them can lead to another route.</summary>
internal static class Route
{
    /// <summary>One escaped segment. "." and ".." survive escaping and would climb, so they are refused.</summary>
    public static string Segment(string value) =>
        value is "" or "." or ".." ? throw CliFailure.Usage($"'{value}' cannot name anything; accepted is an id or a name.")
        : Uri.EscapeDataString(value);

    /// <summary>A path inside a project, relative, with forward slashes: <c>src/app.cs</c>.</summary>
    public static string File(string path)
    {
        var segments = path.Split('/');
        if (path.Length > 4096 || path.Contains('\0') || segments.Any(segment => segment is "" or "." or ".."))
            throw CliFailure.Usage(
                $"'{path}' is not a path inside a project; accepted is a relative one such as src/app.cs, without '.', '..' and empty parts.");
        return string.Join('/', segments.Select(Uri.EscapeDataString));
    }
}
