using AICodeManager.Server.Ground.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>Takes a snapshot of either database.</summary>
internal static class Snapshots
{
    public static async Task<ISnapshot> TakeAsync(Database database, CancellationToken cancel) => await database.ConnectAsync(cancel) switch
    {
        SqliteConnection sqlite => await SqliteSnapshot.TakeAsync(sqlite, cancel),
        NpgsqlConnection postgres => await PostgresSnapshot.TakeAsync(postgres, cancel),
        var other => throw new InvalidOperationException($"No snapshot can be taken through {other.GetType().Name}."),
    };
}
