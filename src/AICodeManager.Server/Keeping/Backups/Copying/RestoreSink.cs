using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Backups.Format;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>Brings the rows of a backup into a target.</summary>
internal sealed class RestoreSink(IRestoreTarget target, Transaction transaction, IReadOnlyList<TableShape> tables, IFilePlace? files) : IRecordSink
{
    private readonly HashSet<string> arrived = [];
    private ITableLoader? loader;

    public Transaction Transaction => transaction;

    /// <summary>The table at hand.</summary>
    public string? At { get; private set; }

    public Task BeginTableAsync(string name, IReadOnlyList<string> columns, CancellationToken cancel)
    {
        var table = tables.FirstOrDefault(table => table.Name == name)
            ?? throw Mismatch($"it holds a table {name}, which its schema does not have");
        if (!table.ColumnNames.ToHashSet().SetEquals(columns) || columns.Count != table.Columns.Count || !arrived.Add(name))
        {
            throw Mismatch($"its table {name} has other columns than its schema, or stands in it twice");
        }

        (At, loader) = (name, target.Load(table, columns));
        return Task.CompletedTask;
    }

    public Task<long> RowsAsync(ReadOnlyMemory<byte> rows, CancellationToken cancel) => loader!.AddAsync(rows, cancel);

    public async Task EndTableAsync(CancellationToken cancel)
    {
        await loader!.CompleteAsync(cancel);
        await loader.DisposeAsync();
        loader = null;
    }

    public Task BeginFileAsync(FileEntry file, CancellationToken cancel) => files?.BeginAsync(file, cancel) ?? Task.CompletedTask;

    public Task DataAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => files?.DataAsync(content, cancel) ?? Task.CompletedTask;

    public Task EndFileAsync(CancellationToken cancel) => files?.EndAsync(cancel) ?? Task.CompletedTask;

    /// <exception cref="BackupException">A table of the schema did not come.</exception>
    public void RequireAll()
    {
        if (tables.FirstOrDefault(table => !arrived.Contains(table.Name)) is { } missing)
        {
            throw Mismatch($"it does not hold the table {missing.Name}");
        }
    }

    private static BackupException Mismatch(string what) => new(
        BackupDamage.Inconsistent, $"The backup is genuine but does not fit its schema: {what}. Nothing was changed.");
}
