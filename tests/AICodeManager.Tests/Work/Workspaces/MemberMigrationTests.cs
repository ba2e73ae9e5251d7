using System.Reflection;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Workspaces;

public sealed class MemberMigrationTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Who_owned_a_workspace_before_there_were_members_is_its_owner(string kind)
    {
        using var folder = new TempFolder();
        await using var database = kind == "sqlite"
            ? Database.Sqlite(folder.File("old.db"))
            : Database.Postgres(await postgres.NewDatabaseAsync());
        var (user, workspace) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("CREATE TABLE schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)");
            await t.ExecuteAsync(FirstScript());
            await t.ExecuteAsync("INSERT INTO schema_migrations (number, name, applied_at) VALUES (1, '0001_first', 0)");
            await t.ExecuteAsync("INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES (@user, 'a', 'a', 'a', 'user', '', 0)", new { user });
            await t.ExecuteAsync("INSERT INTO workspaces (id, owner_id, name, created_at) VALUES (@workspace, @user, 'w', 7)", new { user, workspace });
        }, Cancel);
        Assert.Contains(6, await Migrator.ApplyAsync(database, TimeProvider.System, Cancel));
        Assert.Equal(
            [$"{workspace} {user} owner {user} 7"],
            await database.ReadAsync(r => r.QueryAsync<string>(
                "SELECT workspace_id || ' ' || user_id || ' ' || role || ' ' || added_by || ' ' || created_at FROM workspace_members"), Cancel));
    }

    private static string FirstScript()
    {
        using var text = new StreamReader(Assembly.GetAssembly(typeof(Migrator))!.GetManifestResourceStream("migrations/0001_first.sql")!);
        return text.ReadToEnd();
    }
}
