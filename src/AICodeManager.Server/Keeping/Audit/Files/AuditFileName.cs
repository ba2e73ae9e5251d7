using System.Globalization;
using System.Text.RegularExpressions;

namespace AICodeManager.Server.Keeping.Audit.Files;

/// <summary>Name of a file: the day it was begun, its chain, and which of the chain's files it is, from 1. Names sort by time.</summary>
internal sealed partial record AuditFileName(string Path, string ChainId, int Part)
{
    public static string Of(string day, string chainId, int part) => $"{day}.{chainId}.{part:D6}.jsonl";

    /// <summary>The files of a folder, oldest first.</summary>
    public static IReadOnlyList<AuditFileName> In(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Select(Parse).OfType<AuditFileName>().OrderBy(one => one.Path, StringComparer.Ordinal)]
        : [];

    private static AuditFileName? Parse(string path) => Form().Match(System.IO.Path.GetFileName(path)) is { Success: true } match
        ? new AuditFileName(path, match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
        : null;

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d\.([0-9a-f-]{36})\.(\d{6})\.jsonl$")]
    private static partial Regex Form();
}
