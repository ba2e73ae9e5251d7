using System.Data.Common;
using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Telemetry;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>The one door to the database: reads on a connection, writes in a transaction, the same SQL for both kinds.</summary>
/// <remarks>
/// Times are stored as milliseconds since 1970 UTC, ids as text, money as micro-dollars, so that one SQL text serves
/// SQLite and PostgreSQL. Every write is a transaction and carries its audit event (see <c>AuditTrail</c>).
/// </remarks>
public sealed class Database : IAsyncDisposable
{
    private const int SqliteBusy = 5;

    // As long as SQLite itself is told to wait for other processes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Func<DbConnection> connect;
    private readonly NpgsqlDataSource? postgres;
    private readonly AsyncLocal<bool> writing = new();
    private StorageMetrics? metrics;

    // SQLite lets one write at a time and has the others look again and again, whoever is lucky first: some of many starve.
    private readonly SemaphoreSlim? turns;

    private Database(string kind, Func<DbConnection> connect, NpgsqlDataSource? postgres = null) =>
        (Kind, this.connect, this.postgres, turns) = (kind, connect, postgres, kind == "sqlite" ? new SemaphoreSlim(1, 1) : null);

    /// <summary><c>sqlite</c> or <c>postgresql</c>.</summary>
    public string Kind { get; }

    /// <summary>Whether this flow of control is within <see cref="WriteAsync{T}"/>: a second write from here could wait for itself.</summary>
    public bool IsWritingHere => writing.Value;

    /// <summary>A database file, made when absent; write-ahead logging, full synchronisation.</summary>
    public static Database Sqlite(string file)
    {
        SystemSqlite.Use();
        StorageTypes.Register();
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            ForeignKeys = true,
            DefaultTimeout = 30,
            Pooling = true,
        }.ToString();
        return new Database("sqlite", () => new SqliteConnection(text));
    }

    /// <summary>A PostgreSQL database by its <c>postgres://user:password@host:port/name</c> address.</summary>
    public static Database Postgres(Secret url)
    {
        StorageTypes.Register();
        var source = new NpgsqlDataSourceBuilder(PostgresUrl.ToConnectionString(url)).Build();
        return new Database("postgresql", source.CreateConnection, source);
    }

    /// <summary>Counts every round trip from now on.</summary>
    public Database MeasuredBy(IMeterFactory meters)
    {
        metrics = new StorageMetrics(meters, Kind);
        return this;
    }

    /// <summary>Runs queries that change nothing.</summary>
    public async Task<T> ReadAsync<T>(Func<Reader, Task<T>> query, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        return await query(new Reader(connection, null, cancel, metrics));
    }

    /// <summary>
    /// Runs one short query without awaiting it, for the rare caller that cannot: its thread is held until the answer is
    /// there, or the database's own bounds end the wait.
    /// </summary>
    public IReadOnlyList<T> ReadNow<T>(string sql)
    {
        using var connection = connect();
        connection.Open();
        return connection.Query<T>(sql).AsList();
    }

    /// <summary>Runs <paramref name="work"/> in one transaction: all of it is kept, or nothing.</summary>
    public async Task<T> WriteAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel)
    {
        writing.Value = true;
        if (turns is null)
        {
            return await WriteInTurnAsync(work, cancel);
        }

        if (!await turns.WaitAsync(Patience, cancel))
        {
            throw new SqliteException("Others have been writing to the database for 30 seconds.", SqliteBusy);
        }

        try
        {
            return await WriteInTurnAsync(work, cancel);
        }
        finally
        {
            turns.Release();
        }
    }

    public Task WriteAsync(Func<Transaction, Task> work, CancellationToken cancel) =>
        WriteAsync(async t => { await work(t); return true; }, cancel);

    /// <summary>True when the database answers a trivial question.</summary>
    public Task<bool> PingAsync(CancellationToken cancel) =>
        ReadAsync(async r => await r.ScalarAsync<long>("SELECT 1") == 1, cancel);

    public ValueTask DisposeAsync()
    {
        if (postgres is not null)
        {
            return postgres.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();
        return ValueTask.CompletedTask;
    }

    private async Task<T> WriteInTurnAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var changes = new Transaction(connection, transaction, cancel, metrics);
        var end = TransactionEnd.Undone;
        try
        {
            var result = await work(changes);
            await changes.PrepareAsync();
            cancel.ThrowIfCancellationRequested();
            end = TransactionEnd.Unknown;
            // Not to be cancelled: a commit that is under way cannot be taken back, only be misjudged.
            await CommitAsync(transaction);
            end = TransactionEnd.Kept;
            return result;
        }
        catch when (end == TransactionEnd.Undone)
        {
            end = await RollBackAsync(transaction);
            throw;
        }
        finally
        {
            changes.Ended(end);
        }
    }

    private async Task CommitAsync(DbTransaction transaction)
    {
        var statement = Statement.Named(metrics, "commit");
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
            statement.Ended(Outcomes.Ok);
        }
        catch (Exception fault)
        {
            statement.Ended(Outcomes.Of(fault));
            throw;
        }
    }

    /// <summary>An open connection of the caller's own, for what needs more than queries: copies of whole tables.</summary>
    internal Task<DbConnection> ConnectAsync(CancellationToken cancel) => OpenAsync(cancel);

    // What cannot be rolled back because the connection is gone is undone by the database later: nobody knows when.
    private static async Task<TransactionEnd> RollBackAsync(DbTransaction transaction)
    {
        try
        {
            await transaction.RollbackAsync(CancellationToken.None);
            return TransactionEnd.Undone;
        }
        catch (Exception)
        {
            return TransactionEnd.Unknown;
        }
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancel)
    {
        var statement = Statement.Named(metrics, "connect");
        var connection = connect();
        try
        {
            await connection.OpenAsync(cancel);
            if (connection is SqliteConnection)
            {
                await using var pragma = connection.CreateCommand();
                pragma.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000;";
                await pragma.ExecuteNonQueryAsync(cancel);
            }

            statement.Ended(Outcomes.Ok);
            return connection;
        }
        catch (Exception fault)
        {
            statement.Ended(Outcomes.Of(fault));
            await connection.DisposeAsync();
            throw;
        }
    }
}
