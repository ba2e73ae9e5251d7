using Microsoft.Data.Sqlite;
using Npgsql;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>
/// Tells a database that is damaged from one that is away: pages that do not hold together, tables or columns that are gone
/// (SQLite, result codes; PostgreSQL, appendix A), and values of a type that no statement of ours writes.
/// </summary>
public static class DamagedStore
{
    private const int SqliteError = 1, SqliteCorrupt = 11, SqliteNotADatabase = 26;

    public static bool IsSeenIn(Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted
            or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InternalError } => true,
        SqliteException sqlite => sqlite.SqliteErrorCode is SqliteError or SqliteCorrupt or SqliteNotADatabase,
        // What Dapper and the drivers say of a text where a number should be.
        System.Data.DataException or InvalidCastException or FormatException or OverflowException => true,
        _ => false,
    };
}
