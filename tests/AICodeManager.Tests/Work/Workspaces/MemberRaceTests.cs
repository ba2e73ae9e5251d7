using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Work.Projects;
using AICodeManager.Server.Work.Tasks;
using AICodeManager.Server.Work.Workspaces;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Workspaces;

/// <summary>What happens in the same moment, on both databases; where PostgreSQL lets two go on at once, in the order that hurts.</summary>
public sealed class MemberRaceTests(PostgresServer postgres) : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly Grant Owner = Grant.Of(Reach.Own, Membership.Owner)!, Editor = Grant.Of(Reach.Own, Membership.Editor)!;
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Owners_who_all_leave_at_once_leave_one_behind(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var members = Members(database);
        for (var round = 0; round < 5; round++)
        {
            var owners = await OwnersAsync(database, 4);
            var workspace = await WorkspaceAsync(database, owners);
            var outcomes = await Task.WhenAll(owners.Select((me, i) => Task.Run(async () => i % 2 == 0
                ? await members.RemoveAsync(workspace, me.UserId, me, Owner, RequestOrigin.System, Cancel)
                : (await members.ChangeAsync(workspace, me.UserId, "viewer", me, Owner, RequestOrigin.System, Cancel)).Refusal, Cancel)));
            Assert.Equal(["last_owner"], outcomes.Where(o => o is not null).Select(o => o!.Code));
            Assert.Equal(1, await database.ReadAsync(r => r.ScalarAsync<long>(
                "SELECT COUNT(*) FROM workspace_members WHERE workspace_id = @workspace AND role = 'owner'", new { workspace }), Cancel));
        }
    }

    [Fact]
    public async Task An_owner_who_was_put_out_while_waiting_can_do_no_more()
    {
        await using var database = await Databases.NewAsync("postgresql", postgres, folder);
        var owners = await OwnersAsync(database, 3);
        var workspace = await WorkspaceAsync(database, owners);
        Task<Reached<Member>>? late = null;
        await database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("UPDATE workspaces SET name = name WHERE id = @workspace", new { workspace });
            await t.ExecuteAsync("DELETE FROM workspace_members WHERE workspace_id = @workspace AND user_id = @UserId", new { workspace, owners[1].UserId });
            late = Members(database).ChangeAsync(workspace, owners[2].UserId, "viewer", owners[1], Owner, RequestOrigin.System, Cancel);
            await BlockedAsync(database);
        }, Cancel);
        Assert.Equal("not_found", (await late!).Refusal?.Code);
    }

    [Fact]
    public async Task A_workspace_that_gets_a_project_while_it_is_deleted_is_not_empty()
    {
        await using var database = await Databases.NewAsync("postgresql", postgres, folder);
        var owner = (await OwnersAsync(database, 1))[0];
        var workspace = await WorkspaceAsync(database, [owner]);
        Task<Refusal?>? deleted = null;
        await database.WriteAsync(async t =>
        {
            await t.ExecuteAsync(NewProject, new { Id = Guid.CreateVersion7(), workspace });
            deleted = Workspaces(database).DeleteAsync(workspace, owner, Owner, RequestOrigin.System, Cancel);
            await BlockedAsync(database);
        }, Cancel);
        Assert.Equal("workspace_not_empty", (await deleted!)?.Code);
    }

    [Fact]
    public async Task A_project_for_a_workspace_that_is_being_deleted_is_not_made()
    {
        await using var database = await Databases.NewAsync("postgresql", postgres, folder);
        var owner = (await OwnersAsync(database, 1))[0];
        var workspace = await WorkspaceAsync(database, [owner]);
        var store = new ProjectStore(database, AuditWriting.Trail(database), TimeProvider.System);
        Task<Reached<Project>>? made = null;
        await database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("DELETE FROM workspaces WHERE id = @workspace", new { workspace });
            made = store.CreateAsync(workspace, "p", "empty", null, owner, Editor, RequestOrigin.System, Cancel);
            await BlockedAsync(database);
        }, Cancel);
        Assert.Equal("not_found", (await made!).Refusal?.Code);
    }

    [Fact]
    public async Task A_task_for_a_project_that_is_being_deleted_is_not_made()
    {
        await using var database = await Databases.NewAsync("postgresql", postgres, folder);
        TasksWords();
        var owner = (await OwnersAsync(database, 1))[0];
        var (workspace, project) = (await WorkspaceAsync(database, [owner]), Guid.CreateVersion7());
        await database.WriteAsync(t => t.ExecuteAsync(NewProject, new { Id = project, workspace }), Cancel);
        var (audit, feed, texts) = (AuditWriting.Trail(database), new TaskFeed(), new TaskTexts(VaultLab.Of(database).Fields));
        var store = new TaskStore(database, new TaskLog(database, feed, texts, TimeProvider.System), feed, texts, audit, TimeProvider.System);
        Task<Reached<AgentTask>>? made = null;
        await database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("DELETE FROM projects WHERE id = @project", new { project });
            made = store.CreateAsync(new NewTask(project, "p", "claude", "m", "ask", 1), owner, Editor, RequestOrigin.System, Cancel);
            await BlockedAsync(database);
        }, Cancel);
        Assert.Equal("not_found", (await made!).Refusal?.Code);
        Assert.Equal(0, await database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM tasks"), Cancel));
    }

    private const string NewProject =
        "INSERT INTO projects (id, workspace_id, name, source_type, state, created_at) VALUES (@Id, @workspace, 'p', 'empty', 'ready', 0)";

    // The room registers it when a server is built; here is none.
    private static void TasksWords() => StorageTypes.AddWord(s => s.Word, word => new TaskState(word));

    private static MemberStore Members(Database database) =>
        new(database, AuditWriting.Trail(database), TimeProvider.System);

    private static WorkspaceStore Workspaces(Database database) =>
        new(database, AuditWriting.Trail(database), TimeProvider.System);

    // Until then the other one has not come to what it must wait for.
    private static Task BlockedAsync(Database database) => Poll.UntilAsync(() => database.ReadAsync(
        async r => await r.ScalarAsync<long>(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0, Cancel));

    private static async Task<IReadOnlyList<Caller>> OwnersAsync(Database database, int count)
    {
        List<Caller> owners = [.. Enumerable.Range(0, count).Select(_ => new Caller(Guid.CreateVersion7(), "", "user", Guid.Empty))];
        foreach (var owner in owners)
        {
            await database.WriteAsync(t => t.ExecuteAsync(
                "INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES (@UserId, @Text, @Text, 'a', 'user', '', 0)",
                new { owner.UserId, Text = owner.UserId.ToString() }), Cancel);
        }

        return owners;
    }

    private static async Task<Guid> WorkspaceAsync(Database database, IReadOnlyList<Caller> owners)
    {
        var made = await Workspaces(database).CreateAsync(Guid.NewGuid().ToString(), owners[0], RequestOrigin.System, Cancel);
        foreach (var owner in owners.Skip(1))
        {
            await database.WriteAsync(t => t.ExecuteAsync(
                "INSERT INTO workspace_members (workspace_id, user_id, role, added_by, created_at) VALUES (@Id, @UserId, 'owner', @UserId, 0)",
                new { made.Thing!.Id, owner.UserId }), Cancel);
        }

        return made.Thing!.Id;
    }
}
