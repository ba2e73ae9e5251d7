using System.Text.Json;
using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AICodeManager.Tests.FrontDoor.ClientKeys;

public sealed class KeyAdministrationTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_administrator_sees_and_ends_keys_of_others(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var (admin, owner, other) = (await lab.SignUpAsync("admin"), await lab.SignUpAsync(), await lab.SignUpAsync());
        Device[] devices = [await lab.EnrolAsync(owner), await lab.EnrolAsync(owner), await lab.EnrolAsync(other)];

        Assert.Equal(3, Items(await admin.Client.GetAsync("admin/keys")).Count());
        var listed = Items(await admin.Client.GetAsync($"admin/keys?user={owner.Id}")).ToList();
        Assert.All(listed, key => Assert.Equal(owner.Id, key.GetProperty("user_id").GetGuid()));
        Assert.Equal(2, listed.Count);
        Assert.Equal("active", (await admin.Client.GetAsync($"admin/keys/{devices[0].Id}")).GetProperty("state").GetString());

        lab.Clock.Advance(TimeSpan.FromMilliseconds(5));
        await admin.Client.DeleteAsync($"admin/keys/{devices[0].Id}?reason=laptop%20stolen");
        Assert.Equal("401 200 200", await StatusesAsync(lab, devices));
        Assert.Equal(["key_created", "key_revoked laptop stolen"], await lab.EventsAsync(devices[0].Id));
        Assert.Equal((400, "invalid_input"), await admin.Client.TryAsync(HttpMethod.Delete, "admin/keys"));
        await admin.Client.DeleteAsync($"admin/keys?user={owner.Id}");
        Assert.Equal("401 401 200", await StatusesAsync(lab, devices));
    }

    [Fact]
    public async Task A_forced_rotation_leaves_seven_days()
    {
        await using var lab = await KeyLab.StartAsync();
        var (admin, owner) = (await lab.SignUpAsync("admin"), await lab.SignUpAsync());
        var device = await lab.EnrolAsync(owner);
        await admin.Client.PostAsync($"admin/keys/{device.Id}/rotation", new { });
        Assert.Equal("deprecated", (await admin.Client.GetAsync($"admin/keys/{device.Id}")).GetProperty("state").GetString());
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
        lab.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(device)).Outcome);
        Assert.Contains("key_rotation_forced", await lab.EventsAsync(device.Id));
    }

    [Fact]
    public async Task An_administrator_resumes_a_key()
    {
        await using var lab = await KeyLab.StartAsync();
        var (admin, owner) = (await lab.SignUpAsync("admin"), await lab.SignUpAsync());
        var device = await lab.EnrolAsync(owner);
        await lab.Store.SuspendAsync(owner.Id, device.Id, SuspendedReason.UsedAfterGrace, RequestOrigin.System, Cancel);
        await admin.Client.PostAsync($"admin/keys/{device.Id}/resume", new { });
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
    }

    [Fact]
    public async Task Nobody_ends_keys_of_a_role_that_may_do_more()
    {
        await using var lab = await KeyLab.StartAsync(config: "rbac: {roles: {clerk: {permissions: ['user:*']}}}");
        var (admin, clerk) = (await lab.SignUpAsync("admin"), await lab.SignUpAsync("clerk"));
        var device = await lab.EnrolAsync(admin);
        (HttpMethod, string)[] attempts =
        [
            (HttpMethod.Delete, $"admin/keys/{device.Id}"), (HttpMethod.Delete, $"admin/keys?user={admin.Id}"),
            (HttpMethod.Post, $"admin/keys/{device.Id}/rotation"), (HttpMethod.Post, $"admin/keys/{device.Id}/resume"),
        ];
        foreach (var (method, path) in attempts)
        {
            Assert.Equal((403, "permission_denied"), await clerk.Client.TryAsync(method, path));
        }

        Assert.Equal(200, (await lab.AskAsync(device)).Status);
    }

    [Fact]
    public async Task Changes_ask_for_a_fresh_proof_and_a_key_alone_has_none()
    {
        await using var lab = await KeyLab.StartAsync();
        var (admin, owner) = (await lab.SignUpAsync("admin"), await lab.SignUpAsync());
        var (device, own) = (await lab.EnrolAsync(owner), await lab.EnrolAsync(admin));
        lab.Clock.Advance(TimeSpan.FromMinutes(31));
        foreach (var path in (string[])[$"admin/keys/{device.Id}", $"admin/keys?user={owner.Id}", "admin/caches"])
        {
            Assert.Equal((401, "step_up_required"), await admin.Client.TryAsync(HttpMethod.Delete, path));
            Assert.Equal((401, "step_up_required"), (await lab.SendAsync(HttpMethod.Delete, path, null, null, own.Signature())).Outcome);
        }
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Clearing_the_caches_outdates_every_user_and_empties_memories(string kind)
    {
        var memory = new Memory();
        await using var lab = await KeyLab.StartAsync(kind, postgres, change: services => services.AddSingleton<IClearable>(memory));
        var (admin, owner) = (await lab.SignUpAsync("admin"), await lab.SignUpAsync());
        var device = await lab.EnrolAsync(owner);
        // More than one batch.
        await lab.Server.Database.WriteAsync(async t =>
        {
            for (var i = 0; i < 70; i++)
            {
                var id = Guid.CreateVersion7();
                await t.ExecuteAsync(
                    "INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES (@id, @Text, @Text, 'x', 'user', '', 0)",
                    new { id, Text = $"{id}@example.com" });
            }
        }, Cancel);
        var before = await VersionsAsync(lab);

        await admin.Client.DeleteAsync("admin/caches");
        var after = await VersionsAsync(lab);
        Assert.Equal(72, after.Count);
        Assert.Equal(before.Select(version => version + 1), after);
        Assert.True(memory.Cleared > 0);
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
        await owner.Client.GetAsync("auth/me");
        Assert.Equal(1, await lab.Server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'caches_cleared'"), Cancel));
    }

    [Fact]
    public async Task Clearing_holds_where_no_memory_was_emptied()
    {
        // As on a node that the notice does not reach.
        await using var lab = await KeyLab.StartAsync(change: services => services.RemoveAll<IClearable>());
        var (admin, owner) = (await lab.SignUpAsync("admin"), await lab.SignUpAsync());
        var device = await lab.EnrolAsync(owner);
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
        // What no change of this system does: the row is altered behind every cache's back.
        await lab.Server.Database.WriteAsync(
            t => t.ExecuteAsync("UPDATE client_keys SET revoked_at = 1, revoked_reason = 'by hand' WHERE id = @Id", new { device.Id }), Cancel);
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
        await admin.Client.DeleteAsync("admin/caches");
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(device)).Outcome);
    }

    private static Task<IReadOnlyList<long>> VersionsAsync(KeyLab lab) =>
        lab.Server.Database.ReadAsync(r => r.QueryAsync<long>("SELECT version FROM users ORDER BY id"), Cancel);

    private static async Task<string> StatusesAsync(KeyLab lab, Device[] devices) =>
        string.Join(' ', await Task.WhenAll(devices.Select(async device => (await lab.AskAsync(device)).Status)));

    private static JsonElement.ArrayEnumerator Items(JsonElement page) => page.GetProperty("items").EnumerateArray();

    private sealed class Memory : IClearable
    {
        public int Cleared { get; private set; }

        public void Clear() => Cleared++;
    }
}
