namespace AICodeManager.Server.Keeping.Backups;

/// <summary>How far a backup or restore is.</summary>
/// <param name="Stage"><c>copying</c>, <c>files</c>, <c>verifying</c> or <c>restoring</c>.</param>
/// <param name="Done">Bytes so far.</param>
/// <param name="Total">Bytes in all, estimated; 0 where it is not known.</param>
/// <param name="What">The table or project at hand; null where none is.</param>
public sealed record BackupProgress(string Stage, long Done, long Total, string? What = null);
