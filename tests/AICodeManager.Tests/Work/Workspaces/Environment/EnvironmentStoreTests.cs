using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Work.Workspaces;
using AICodeManager.Server.Work.Workspaces.Environment;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Workspaces.Environment;

/// <summary>The store on both databases: its statements, and who writes at the same moment.</summary>
public sealed class EnvironmentStoreTests(PostgresServer postgres) : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly Grant Owner = Grant.Of(Reach.Own, Membership.Owner)!;
    private static readonly PageRequest All = new(200, null);
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Keeps_opens_lists_and_removes(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var vault = await VaultLab.OpenAsync(database);
        var store = new EnvironmentStore(database, AuditWriting.Trail(database), vault.Vault, TimeProvider.System);
        var me = new Caller(Guid.CreateVersion7(), "", "user", Guid.Empty);
        await database.WriteAsync(t => t.ExecuteAsync(
            "INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES (@UserId, 'a', 'a', 'a', 'user', '', 0)", new { me.UserId }), Cancel);
        var workspace = (await new WorkspaceStore(database, AuditWriting.Trail(database), TimeProvider.System)
            .CreateAsync("w", me, RequestOrigin.System, Cancel)).Thing!.Id;

        var listed = await SetAsync(("B", "two"), ("A", "한국어"));
        Assert.Equal(["A", "B"], listed.Thing!.Rows.Select(v => v.Name));
        Assert.Equal(me.UserId, listed.Thing.Rows[0].UpdatedBy);
        await SetAsync(("B", "changed"));
        Assert.Equal(["A=한국어", "B=changed"], (await store.OpenAsync(workspace, Cancel)).Select(v => $"{v.Key}={v.Value.Reveal()}"));
        Assert.Null(await store.RemoveAsync(workspace, "A", me, Owner, RequestOrigin.System, Cancel));
        Assert.Equal("not_found", (await store.RemoveAsync(workspace, "A", me, Owner, RequestOrigin.System, Cancel))?.Code);
        Assert.Equal("not_found", (await store.SetAsync(Guid.NewGuid(), Values(("A", "1")), me, Owner, RequestOrigin.System, All, Cancel)).Refusal?.Code);

        // Four at once, of which two fit: they go one after the other.
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => SetAsync(
            [.. Enumerable.Range(0, 45).Select(i => ($"N{n}_{i}", "x"))]), Cancel)));
        Assert.Equal(2, answers.Count(a => a.Refusal?.Code == "environment_full"));
        Assert.Equal(91, (await store.OpenAsync(workspace, Cancel)).Count);

        Task<Reached<Listing<Variable>>> SetAsync(params (string Name, string Value)[] values) =>
            store.SetAsync(workspace, Values(values), me, Owner, RequestOrigin.System, All, Cancel);
    }

    private static Dictionary<string, Secret> Values(params (string Name, string Value)[] values) =>
        values.ToDictionary(v => v.Name, v => new Secret(v.Value));
}
