using AICodeManager.Server.Keeping.Backups.Format;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>Why a backup failed: a word for programs and a sentence for people.</summary>
internal static class BackupFault
{
    public const string Cancelled = "cancelled";

    private const int NoSpace = 28, OverQuota = 122, TooLarge = 27, MostCharacters = 500;

    public static (string Reason, string Detail) Of(Exception fault, bool cancelled) => fault switch
    {
        BackupException damage => (damage.Word, damage.Message),
        OperationCanceledException when cancelled => (Cancelled, "It was stopped before it was finished."),
        OperationCanceledException => ("abandoned", "Another node took the run over."),
        // .NET carries errno in the lowest bits of an IOException's HResult.
        IOException { HResult: var number } when (number & 0xFFFF) is NoSpace or OverQuota or TooLarge =>
            ("disk_full", Cut($"The disk of the backup folder is full: {fault.Message}")),
        UnauthorizedAccessException => ("not_permitted", Cut(fault.Message)),
        _ => ("failed", Cut(fault.Message)),
    };

    private static string Cut(string text) => text.Length <= MostCharacters ? text : text[..MostCharacters];
}
