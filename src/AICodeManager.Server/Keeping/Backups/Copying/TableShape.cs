namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>A table as the live schema has it.</summary>
/// <param name="Columns">In their order.</param>
/// <param name="References">Other tables whose rows must be there first.</param>
internal sealed record TableShape(string Name, IReadOnlyList<Column> Columns, IReadOnlySet<string> References)
{
    public IReadOnlyList<string> ColumnNames => [.. Columns.Select(column => column.Name)];
}

/// <summary>A column.</summary>
internal sealed record Column(string Name, ColumnType Type);

/// <summary>The types that both databases have.</summary>
internal enum ColumnType
{
    BigInt,
    Text,
    Blob,
    Real,
}

/// <summary>Which tables a backup holds, and in which order.</summary>
internal static class TableOrder
{
    /// <summary>
    /// Knowingly left out: what is short-lived and would be wrong later. Sessions, claimed nonces and revocations of tokens that
    /// have long expired: everybody signs in anew after a restore (docs/backups.md).
    /// </summary>
    public static readonly IReadOnlySet<string> LeftOut = new HashSet<string> { "coordination_records" };

    /// <summary>The tables to copy, each after those it refers to; tables that refer to each other in a circle come last.</summary>
    public static IReadOnlyList<TableShape> Of(IEnumerable<TableShape> all)
    {
        List<TableShape> ordered = [];
        var left = all.Where(table => !LeftOut.Contains(table.Name)).OrderBy(table => table.Name, StringComparer.Ordinal).ToList();
        var names = left.Select(table => table.Name).ToHashSet();
        while (left.Count > 0)
        {
            var free = left.Where(table => !table.References.Any(other => other != table.Name && names.Contains(other))).ToList();
            // Loading takes references away until all is there, so a circle is no fault.
            foreach (var table in free.Count > 0 ? free : [.. left])
            {
                ordered.Add(table);
                left.Remove(table);
                names.Remove(table.Name);
            }
        }

        return ordered;
    }
}
