namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>Takes what a backup holds, record by record, as <see cref="BackupWalk"/> goes through it.</summary>
internal interface IRecordSink
{
    Task BeginTableAsync(string name, IReadOnlyList<string> columns, CancellationToken cancel);

    /// <summary>Whole rows; how many they were.</summary>
    Task<long> RowsAsync(ReadOnlyMemory<byte> rows, CancellationToken cancel);

    Task EndTableAsync(CancellationToken cancel);

    Task BeginFileAsync(FileEntry file, CancellationToken cancel);

    Task DataAsync(ReadOnlyMemory<byte> content, CancellationToken cancel);

    Task EndFileAsync(CancellationToken cancel);
}

/// <summary>A file within a backup.</summary>
/// <param name="Place"><c>configuration</c>, or a project's id and which of its folders: <c>{id}/work</c>, <c>{id}/git</c>.</param>
/// <param name="Path">Bytes below that place, parts divided by <c>/</c>: a name need not be text.</param>
/// <param name="Mode">Its lowest nine bits.</param>
internal sealed record FileEntry(string Place, byte[] Path, EntryKind Kind, int Mode);

/// <summary>What is kept of a working copy.</summary>
internal enum EntryKind
{
    File,
    Folder,

    /// <summary>Its content is where it points to. It was not followed.</summary>
    Link,
}
