using System.Data.Common;
using AICodeManager.Server.Ground.Telemetry;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>Queries on one open connection. Columns in snake_case meet properties in PascalCase.</summary>
/// <param name="metrics">Null where nobody counts.</param>
public class Reader(DbConnection connection, DbTransaction? transaction, CancellationToken cancel, StorageMetrics? metrics = null)
{
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments = null) =>
        (await RunAsync(sql, arguments, static (on, command) => on.QueryAsync<T>(command))).AsList();

    /// <summary>The only row, or null; more than one is a fault.</summary>
    public Task<T?> SingleAsync<T>(string sql, object? arguments = null) =>
        RunAsync(sql, arguments, static (on, command) => on.QuerySingleOrDefaultAsync<T>(command));

    public Task<T?> ScalarAsync<T>(string sql, object? arguments = null) =>
        RunAsync(sql, arguments, static (on, command) => on.ExecuteScalarAsync<T>(command));

    private protected async Task<T> RunAsync<T>(string sql, object? arguments, Func<DbConnection, CommandDefinition, Task<T>> run)
    {
        var statement = Statement.Of(metrics, sql);
        try
        {
            var result = await run(connection, new CommandDefinition(sql, arguments, transaction, cancellationToken: cancel));
            statement.Ended(Outcomes.Ok);
            return result;
        }
        catch (Exception fault)
        {
            statement.Ended(Outcomes.Of(fault));
            throw;
        }
    }

    protected CancellationToken Waiting => cancel;

    private protected DbConnection Over => connection;
}

/// <summary>Queries and changes inside one transaction.</summary>
public sealed class Transaction(DbConnection connection, DbTransaction transaction, CancellationToken cancel, StorageMetrics? metrics = null)
    : Reader(connection, transaction, cancel, metrics)
{
    private List<Action>? afterwards;
    private List<(object Key, IEnlisted Part)>? enlisted;

    /// <summary>Whether statements run in this very process: many small ones are then cheaper than a long one.</summary>
    public bool IsInProcess => Over is SqliteConnection;

    /// <summary>Ends with the wait of whoever asked for the transaction.</summary>
    public CancellationToken Cancel => Waiting;

    /// <summary>Runs when the transaction was kept, never when it was not. It must neither throw nor wait.</summary>
    public void AfterCommit(Action action) => (afterwards ??= []).Add(action);

    /// <summary>The part that <paramref name="key"/> has in this transaction, made when it is asked for first.</summary>
    public T Enlist<T>(object key, Func<T> make)
        where T : class, IEnlisted
    {
        foreach (var (known, part) in enlisted ??= [])
        {
            if (ReferenceEquals(known, key) && part is T found)
            {
                return found;
            }
        }

        var made = make();
        enlisted.Add((key, made));
        return made;
    }

    /// <summary>Runs a statement; the number of rows it changed.</summary>
    /// <param name="arguments">Of a list, the statement runs once for each.</param>
    public Task<int> ExecuteAsync(string sql, object? arguments = null) =>
        RunAsync(sql, arguments, static (on, command) => on.ExecuteAsync(command));

    internal async Task PrepareAsync()
    {
        // By number: a part may enlist another one while it prepares.
        for (var i = 0; i < (enlisted?.Count ?? 0); i++)
        {
            await enlisted![i].Part.PrepareAsync(this);
        }
    }

    internal void Ended(TransactionEnd end)
    {
        foreach (var (_, part) in enlisted ?? [])
        {
            part.Ended(end);
        }

        if (end == TransactionEnd.Kept)
        {
            afterwards?.ForEach(action => action());
        }
    }
}
