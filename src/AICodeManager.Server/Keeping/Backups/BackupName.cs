using System.Globalization;
using System.Text.RegularExpressions;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>The name of a backup's file: <c>aicli-20261121T020000Z-1a2b3c4d.aicb</c>. Nothing else in the folder is ever touched.</summary>
public sealed partial record BackupName
{
    private const string Time = "yyyyMMdd'T'HHmmss'Z'";

    private BackupName(string text) => Text = text;

    public string Text { get; }

    /// <summary>While it is written and read back.</summary>
    internal string Partial => Text + PartialMark;

    internal const string PartialMark = ".partial";

    public static BackupName New(DateTimeOffset at, Guid id) =>
        new($"aicli-{at.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(id.ToByteArray().AsSpan(12))}.aicb");

    /// <summary>Null where the text is no such name.</summary>
    public static BackupName? Parse(string text) => Form().IsMatch(text) ? new(text) : null;

    public override string ToString() => Text;

    [GeneratedRegex(@"\Aaicli-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}\.aicb\z")]
    private static partial Regex Form();
}
