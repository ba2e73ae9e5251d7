using System.Data.Common;
using Dapper;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>Queries on one open connection. Columns in snake_case meet properties in PascalCase.</summary>
public class Reader(DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
{
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments = null) =>
        (await connection.QueryAsync<T>(Command(sql, arguments))).AsList();

    /// <summary>The only row, or null; more than one is a fault.</summary>
    public Task<T?> SingleAsync<T>(string sql, object? arguments = null) =>
        connection.QuerySingleOrDefaultAsync<T>(Command(sql, arguments));

    public Task<T?> ScalarAsync<T>(string sql, object? arguments = null) =>
        connection.ExecuteScalarAsync<T>(Command(sql, arguments));

    protected CommandDefinition Command(string sql, object? arguments) =>
        new(sql, arguments, transaction, cancellationToken: cancel);

    protected DbConnection Connection => connection;
}

/// <summary>Queries and changes inside one transaction.</summary>
public sealed class Transaction(DbConnection connection, DbTransaction transaction, CancellationToken cancel)
    : Reader(connection, transaction, cancel)
{
    private List<Action>? afterwards;

    /// <summary>Runs when the transaction was kept, never when it was not. It must neither throw nor wait.</summary>
    public void AfterCommit(Action action) => (afterwards ??= []).Add(action);

    internal void Committed() => afterwards?.ForEach(action => action());

    /// <summary>Runs a statement; the number of rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? arguments = null) =>
        Connection.ExecuteAsync(Command(sql, arguments));
}
