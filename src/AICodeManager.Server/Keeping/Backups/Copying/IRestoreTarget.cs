using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>
/// A database that a backup is restored into. Everything happens in one transaction (PostgreSQL) or in a file beside the old one
/// (SQLite): disposed before <see cref="CommitAsync"/>, it leaves the old state whole. Not thread-safe.
/// </summary>
internal interface IRestoreTarget : IAsyncDisposable
{
    /// <summary><c>sqlite</c> or <c>postgresql</c>.</summary>
    string Kind { get; }

    /// <summary>Begins with an empty schema.</summary>
    /// <param name="replace">Whether what the database holds may go.</param>
    /// <exception cref="RestoreException">It holds something and that was not allowed to go, or it is in use.</exception>
    Task<Transaction> BeginAsync(bool replace, CancellationToken cancel);

    Task<IReadOnlyList<TableShape>> ShapesAsync(CancellationToken cancel);

    /// <summary>Takes keys, references and indexes away until all rows are there.</summary>
    Task UnbindAsync(CancellationToken cancel);

    /// <summary>Takes rows for an empty table.</summary>
    /// <param name="columns">Their order in the rows.</param>
    ITableLoader Load(TableShape table, IReadOnlyList<string> columns);

    /// <summary>Puts keys, references and indexes back, which checks them.</summary>
    /// <exception cref="RestoreException">A row refers to none.</exception>
    Task BindAsync(CancellationToken cancel);

    /// <summary>Puts the restored database in its place.</summary>
    /// <param name="lastEntry">Writes into it, before it is in its place where that can be.</param>
    Task CommitAsync(Func<Database, Task> lastEntry, CancellationToken cancel);
}

/// <summary>Puts rows into one table.</summary>
internal interface ITableLoader : IAsyncDisposable
{
    /// <summary>Takes whole rows as <c>RowBuffer</c> wrote them; how many they were.</summary>
    Task<long> AddAsync(ReadOnlyMemory<byte> rows, CancellationToken cancel);

    Task CompleteAsync(CancellationToken cancel);
}

/// <summary>A restore was not begun or not finished, for a reason that is not the backup's. The old state is whole.</summary>
public sealed class RestoreException(string message) : IOException(message);
