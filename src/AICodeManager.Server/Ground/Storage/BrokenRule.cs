using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>
/// Which rule of the schema a statement broke, so that a race that only the database can see ends in a refusal and not
/// in a fault. The transaction is over when one is caught (PostgreSQL, appendix A; SQLite, extended result codes).
/// </summary>
public static class BrokenRule
{
    /// <summary>A row that another one refers to is missing or was to go.</summary>
    public static bool IsReference(DbException fault) => fault switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.ForeignKeyViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode == 787,
        _ => false,
    };

    /// <summary>There is such a row already.</summary>
    public static bool IsUnique(DbException fault) => fault switch
    {
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is 1555 or 2067,
        _ => false,
    };
}
