namespace AICodeManager.Server.Keeping.Audit.Files;

/// <summary>The audit newest first where it is kept in files alone. Looks at a bounded number of lines for one answer.</summary>
public sealed class FileListing(AuditNode node)
{
    /// <summary>Lines that are looked at for one page; what lies further back needs a narrower time or the files themselves.</summary>
    public const int MostLines = 200_000;

    /// <summary>Entries that a filter takes, from the newest file to the oldest; within a file in the order of their commits.</summary>
    public IEnumerable<AuditEntry> NewestFirst(Func<AuditEntry, bool> filter) => AuditFileName.In(Path.Combine(node.Folder, node.Name))
        .Reverse()
        .SelectMany(file => BackwardLines.Read(file.Path))
        .Take(MostLines)
        .Select(AuditFileLine.Parse)
        .OfType<AuditEntry>()
        .Where(filter);
}
