using System.Text.Json;
using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.ClientKeys;

public sealed class DeviceTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task One_sees_ones_own_devices_newest_first(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var (owner, other) = (await lab.SignUpAsync(), await lab.SignUpAsync());
        var first = await lab.EnrolAsync(owner, name: "first");
        await lab.EnrolAsync(other);
        lab.Clock.Advance(TimeSpan.FromMilliseconds(5));
        var second = await lab.EnrolAsync(owner, name: "second");

        var listed = await lab.SendAsync(HttpMethod.Get, "keys", null, null, first.Signature());
        Assert.Equal([("second", false), ("first", true)], Items(listed.Json).Select(k => (Text(k, "name"), k.GetProperty("current").GetBoolean())));
        var page = await owner.Client.GetAsync("keys?limit=1");
        Assert.Equal(second.Id, Items(page).Single().GetProperty("key_id").GetGuid());
        var rest = Items(await owner.Client.GetAsync($"keys?limit=1&cursor={page.GetProperty("next").GetString()}")).Single();
        Assert.Equal((first.Id, "active", first.Thumbprint), (rest.GetProperty("key_id").GetGuid(), Text(rest, "state"), Text(rest, "thumbprint")));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_revoked_key_is_refused_from_the_next_request_on(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var (owner, other) = (await lab.SignUpAsync(), await lab.SignUpAsync());
        var device = await lab.EnrolAsync(owner);
        Assert.Equal(200, (await lab.AskAsync(device)).Status);

        lab.Clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal((404, "not_found"), await other.Client.TryAsync(HttpMethod.Delete, $"keys/{device.Id}"));
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
        Assert.Equal((204, null), await owner.Client.TryAsync(HttpMethod.Delete, $"keys/{device.Id}"));
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(device)).Outcome);
        Assert.Equal((204, null), await owner.Client.TryAsync(HttpMethod.Delete, $"keys/{device.Id}"));
        Assert.Equal(["key_created", "key_revoked owner"], await lab.EventsAsync(device.Id));
    }

    [Fact]
    public async Task All_devices_but_the_one_in_hand_are_signed_out()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, other) = (await lab.SignUpAsync(), await lab.SignUpAsync());
        Device[] devices = [await lab.EnrolAsync(owner), await lab.EnrolAsync(owner), await lab.EnrolAsync(owner)];
        var foreign = await lab.EnrolAsync(other);
        Assert.Equal((400, "invalid_input"), await owner.Client.TryAsync(HttpMethod.Delete, "keys?except=current"));
        Assert.Equal((400, "invalid_input"), await owner.Client.TryAsync(HttpMethod.Delete, "keys?except=mine"));

        Assert.Equal(204, (await lab.SendAsync(HttpMethod.Delete, "keys?except=current", null, null, devices[1].Signature())).Status);
        Assert.Equal("401 200 401", string.Join(' ', await Task.WhenAll(devices.Select(async d => (await lab.AskAsync(d)).Status))));
        Assert.Equal(204, (await lab.SendAsync(HttpMethod.Delete, "keys", null, owner.Token)).Status);
        Assert.Equal((401, 200), ((await lab.AskAsync(devices[1])).Status, (await lab.AskAsync(foreign)).Status));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_rotated_key_works_for_seven_days_beside_its_successor(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var owner = await lab.SignUpAsync();
        var (old, next) = (await lab.EnrolAsync(owner, name: "Laptop", custody: "browser"), lab.NewDevice());
        lab.Clock.Advance(TimeSpan.FromMilliseconds(5));
        var made = await lab.RotateAsync(old, next);
        Assert.True(made.Status == 201, made.Text);
        Assert.Equal(("Laptop", "browser"), (Text(made.Json, "name"), Text(made.Json, "custody")));
        next.Id = made.Json.GetProperty("key_id").GetGuid();

        var row = (await lab.Store.FindAsync(old.Id, Cancel))!.Key;
        Assert.Equal((next.Id, lab.Clock.UtcNow, lab.Clock.UtcNow.AddDays(7)), (row.SuccessorId, row.DeprecatedAt, row.RevokeAt));
        Assert.Equal((200, 200), ((await lab.AskAsync(old)).Status, (await lab.AskAsync(next)).Status));
        Assert.Equal(["key_created", "key_rotated"], await lab.EventsAsync(old.Id));
        Assert.Equal((409, "already_rotated"), (await lab.RotateAsync(old, lab.NewDevice())).Outcome);

        lab.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(old)).Outcome);
        Assert.Equal(200, (await lab.AskAsync(next)).Status);
    }

    [Fact]
    public async Task Only_the_key_itself_rotates_it_and_only_to_a_key_that_proves_itself()
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var (old, other, next) = (await lab.EnrolAsync(owner), await lab.EnrolAsync(owner), lab.NewDevice());
        var (path, body) = ($"keys/{old.Id}/rotate", new { public_key = next.Pem });
        Assert.Equal((403, "key_signature_required"), (await lab.SendAsync(HttpMethod.Post, path, body, owner.Token, next.Proof())).Outcome);
        Assert.Equal((403, "key_signature_required"), (await lab.SendAsync(HttpMethod.Post, path, body, owner.Token, other.Signature(), next.Proof())).Outcome);
        Assert.Equal((401, "authentication_required"), (await lab.SendAsync(HttpMethod.Post, path, body, null, next.Proof())).Outcome);
        Assert.Equal((400, "proof_required"), (await lab.SendAsync(HttpMethod.Post, path, body, null, old.Signature())).Outcome);
        Assert.Equal((400, "proof_invalid"), (await lab.SendAsync(HttpMethod.Post, path, body, null, old.Signature(), next.Proof(by: other.Key))).Outcome);
        Assert.Equal((409, "key_exists"), (await lab.RotateAsync(old, other)).Outcome);
        Assert.Equal(201, (await lab.RotateAsync(old, next)).Status);
    }

    [Fact]
    public async Task A_key_past_its_time_works_for_seven_days_more_and_rotates_in_them()
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var (late, forgotten) = (await lab.EnrolAsync(owner), await lab.EnrolAsync(owner));
        lab.Clock.Advance(TimeSpan.FromDays(96));
        Assert.Equal(201, (await lab.RotateAsync(late, lab.NewDevice())).Status);
        lab.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(forgotten)).Outcome);
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(late)).Outcome);
    }

    [Fact]
    public async Task A_suspended_key_goes_on_once_its_owner_says_so()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, other) = (await lab.SignUpAsync(), await lab.SignUpAsync());
        var device = await lab.EnrolAsync(owner);
        await lab.Store.SuspendAsync(owner.Id, device.Id, SuspendedReason.NonceReused, RequestOrigin.System, Cancel);
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(device)).Outcome);

        Assert.Equal((401, "key_revoked"), (await lab.SendAsync(HttpMethod.Post, $"keys/{device.Id}/resume", new { }, null, device.Signature())).Outcome);
        Assert.Equal((404, "not_found"), await other.Client.TryAsync(HttpMethod.Post, $"keys/{device.Id}/resume", new { }));
        Assert.Equal((204, null), await owner.Client.TryAsync(HttpMethod.Post, $"keys/{device.Id}/resume", new { }));
        Assert.Equal(200, (await lab.AskAsync(device)).Status);

        await lab.Store.SuspendAsync(owner.Id, device.Id, SuspendedReason.NonceReused, RequestOrigin.System, Cancel);
        lab.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((401, "step_up_required"), await owner.Client.TryAsync(HttpMethod.Post, $"keys/{device.Id}/resume", new { }));
        await owner.Client.DeleteAsync($"keys/{device.Id}");
        var again = await lab.AgainAsync(owner);
        Assert.Equal((409, "key_ended"), await again.Client.TryAsync(HttpMethod.Post, $"keys/{device.Id}/resume", new { }));
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement page) => page.GetProperty("items").EnumerateArray();

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
