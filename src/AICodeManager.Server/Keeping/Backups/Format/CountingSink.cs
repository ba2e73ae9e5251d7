namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>Keeps nothing; sees that every row is one.</summary>
internal sealed class CountingSink : IRecordSink
{
    private int columns;

    public Task BeginTableAsync(string name, IReadOnlyList<string> columns, CancellationToken cancel)
    {
        this.columns = columns.Count;
        return Task.CompletedTask;
    }

    public Task<long> RowsAsync(ReadOnlyMemory<byte> rows, CancellationToken cancel)
    {
        var cursor = new RowCursor(rows.Span);
        var count = 0L;
        for (; !cursor.AtEnd; count++)
        {
            for (var i = 0; i < columns; i++)
            {
                cursor.Next();
            }
        }

        return Task.FromResult(count);
    }

    public Task EndTableAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task BeginFileAsync(FileEntry file, CancellationToken cancel) => Task.CompletedTask;

    public Task DataAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => Task.CompletedTask;

    public Task EndFileAsync(CancellationToken cancel) => Task.CompletedTask;
}
