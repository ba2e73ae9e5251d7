using AICodeManager.Server.Ground.Storage;

[assembly: AssemblyFixture(typeof(AICodeManager.Tests.Fixtures.PostgresServer))]

namespace AICodeManager.Tests.Fixtures;

/// <summary>Gives a test the same database in both kinds: <c>[Theory, MemberData(nameof(Kinds), MemberType = typeof(Databases))]</c>.</summary>
public static class Databases
{
    public static TheoryData<string> Kinds => ["sqlite", "postgresql"];

    /// <summary>A migrated, empty database of a kind.</summary>
    public static async Task<Database> NewAsync(string kind, PostgresServer postgres, TempFolder folder)
    {
        var database = kind == "sqlite"
            ? Database.Sqlite(folder.File("test.db"))
            : Database.Postgres(await postgres.NewDatabaseAsync());
        await Migrator.ApplyAsync(database, TimeProvider.System, TestContext.Current.CancellationToken);
        return database;
    }
}
