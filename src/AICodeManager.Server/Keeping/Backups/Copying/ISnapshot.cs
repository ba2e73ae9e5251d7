using AICodeManager.Server.Keeping.Backups.Format;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>
/// A database as it was at one moment, while everybody else goes on reading and writing. Disposing ends it. Not thread-safe.
/// </summary>
internal interface ISnapshot : IAsyncDisposable
{
    /// <summary>Numbers of its migrations, ascending.</summary>
    IReadOnlyList<int> Migrations { get; }

    /// <summary>The tables to copy, parents first.</summary>
    IReadOnlyList<TableShape> Tables { get; }

    /// <summary>Bytes that the database takes, as a measure of progress.</summary>
    long SizeEstimate { get; }

    /// <summary>Copies every row of a table.</summary>
    /// <param name="advanced">Told of the number of rows so far, now and then.</param>
    Task CopyAsync(TableShape table, TableWriter rows, Action<long> advanced, CancellationToken cancel);
}
