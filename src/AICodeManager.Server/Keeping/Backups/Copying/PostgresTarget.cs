using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Storage;
using Npgsql;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>
/// Restores within one transaction: old tables go, the schema is made anew, rows come in, and all of it is seen by others at the
/// commit or never.
/// </summary>
internal sealed class PostgresTarget(Secret url, IReadOnlySet<string> known) : IRestoreTarget
{
    private const int MostLooks = 20;

    private List<string[]> keys = [], indexes = [];
    private NpgsqlConnection? connection;
    private NpgsqlTransaction? transaction;

    public string Kind => "postgresql";

    public async Task<Transaction> BeginAsync(bool replace, CancellationToken cancel)
    {
        StorageTypes.Register();
        connection = new NpgsqlConnection($"{PostgresUrl.ToConnectionString(url)};Pooling=false");
        await connection.OpenAsync(cancel);
        transaction = await connection.BeginTransactionAsync(cancel);
        // A server that is still asking must not keep this waiting for ever.
        await RunAsync("SET LOCAL lock_timeout = '30s'; SET LOCAL client_min_messages = warning", cancel);
        var tables = await ColumnAsync("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')", cancel);
        if (tables.Except(known).ToArray() is { Length: > 0 } others)
        {
            throw new RestoreException($"The database also holds what is not this server's: {string.Join(", ", others.Take(5))}. Restore into a database of its own.");
        }

        if (tables.Count > 0 && !replace)
        {
            throw new RestoreException("The database holds an installation already. With --replace it is replaced once the backup is restored whole.");
        }

        await RequireAloneAsync(cancel);
        foreach (var table in tables)
        {
            await RunAsync($"DROP TABLE {SqlName.Quoted(table)} CASCADE", cancel);
        }

        return new Transaction(connection, transaction, cancel);
    }

    public Task<IReadOnlyList<TableShape>> ShapesAsync(CancellationToken cancel) => PostgresShapes.ReadAsync(connection!, cancel);

    public async Task UnbindAsync(CancellationToken cancel)
    {
        // References first: they stand on the keys of other tables.
        keys = await PostgresShapes.TextsAsync(
            connection!,
            """
            SELECT t.relname, k.conname, pg_get_constraintdef(k.oid)
            FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
            WHERE t.relnamespace = current_schema()::regnamespace AND k.contype IN ('p', 'u', 'f')
            ORDER BY k.contype = 'f' DESC, t.relname, k.conname
            """, cancel);
        indexes = await PostgresShapes.TextsAsync(
            connection!,
            """
            SELECT x.relname, pg_get_indexdef(x.oid)
            FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
            WHERE x.relnamespace = current_schema()::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.oid)
            """, cancel);
        foreach (var key in keys)
        {
            await RunAsync($"ALTER TABLE {SqlName.Quoted(key[0])} DROP CONSTRAINT {SqlName.Quoted(key[1])}", cancel);
        }

        foreach (var index in indexes)
        {
            await RunAsync($"DROP INDEX {SqlName.Quoted(index[0])}", cancel);
        }
    }

    public ITableLoader Load(TableShape table, IReadOnlyList<string> columns) => new PostgresLoader(connection!, table, columns);

    public async Task BindAsync(CancellationToken cancel)
    {
        foreach (var index in indexes)
        {
            await RunAsync(index[1], cancel);
        }

        try
        {
            foreach (var key in Enumerable.Reverse(keys))
            {
                await RunAsync($"ALTER TABLE {SqlName.Quoted(key[0])} ADD CONSTRAINT {SqlName.Quoted(key[1])} {key[2]}", cancel);
            }
        }
        catch (PostgresException broken) when (broken.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.UniqueViolation)
        {
            throw new RestoreException($"The backup breaks the rule {broken.ConstraintName} of the table {broken.TableName}. Nothing was changed.");
        }
    }

    public async Task CommitAsync(Func<Database, Task> lastEntry, CancellationToken cancel)
    {
        await transaction!.CommitAsync(cancel);
        await using var whole = Database.Postgres(url);
        await lastEntry(whole);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    // What a running server holds in memory would be of another past than its database. One that has just ended is gone in a moment.
    private async Task RequireAloneAsync(CancellationToken cancel)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var looks = 1; await OthersAsync(cancel) is > 0 and var others; looks++)
        {
            if (looks == MostLooks)
            {
                throw new RestoreException($"{others} connections of running servers are open to this database. Stop them and try again.");
            }

            await look.WaitForNextTickAsync(cancel);
        }
    }

    private async Task<long> OthersAsync(CancellationToken cancel)
    {
        // Within a transaction it would answer as at the first time.
        await RunAsync("SELECT pg_stat_clear_snapshot()", cancel);
        return long.Parse((await ColumnAsync(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'aicli-web'", cancel))[0]);
    }

    private async Task<List<string>> ColumnAsync(string sql, CancellationToken cancel) =>
        [.. (await PostgresShapes.TextsAsync(connection!, sql, cancel)).Select(row => row[0])];

    private Task RunAsync(string sql, CancellationToken cancel) => PostgresShapes.RunAsync(connection!, sql, cancel);
}
