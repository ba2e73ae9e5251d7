using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Keys;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.ClientKeys;

public sealed class KeyStoreTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_key_is_read_as_it_was_added(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var owner = await lab.SignUpAsync();
        var added = New("one") with { Custody = KeyCustody.BffCookie, UserAgent = "Agent/1", Address = "203.0.113.9" };
        var (change, key) = await lab.Store.AddAsync(owner.Id, added, RequestOrigin.System, Cancel);

        Assert.Equal(KeyChange.Done, change);
        var read = await lab.Store.FindAsync(key!.Id, Cancel);
        Assert.Equal(key, read!.Key);
        Assert.Equal(await lab.VersionAsync(owner.Id), read.Version);
        Assert.Equal(lab.Clock.UtcNow.AddDays(90), key.ExpiresAt);
        Assert.Equal(["key_created"], await lab.EventsAsync(key.Id));
        Assert.Null(await lab.Store.FindAsync(Guid.NewGuid(), Cancel));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Every_change_of_a_key_makes_a_new_version_of_its_owners_standing(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var (owner, store) = (await lab.SignUpAsync(), lab.Store);
        var key = await AddAsync(lab, owner, "one");
        Func<Task>[] changes =
        [
            () => store.AddAsync(owner.Id, New("two"), RequestOrigin.System, Cancel),
            () => store.ForceRotationAsync(owner.Id, key.Id, RequestOrigin.System, Cancel),
            () => store.SuspendAsync(owner.Id, key.Id, SuspendedReason.NonceReused, RequestOrigin.System, Cancel),
            () => store.ResumeAsync(owner.Id, key.Id, RequestOrigin.System, Cancel),
            () => store.RotateAsync(key, New("three"), RequestOrigin.System, Cancel),
            () => store.RevokeAsync(owner.Id, key.Id, RevokedReason.Owner, RequestOrigin.System, Cancel),
            () => store.RevokeAllAsync(owner.Id, null, RevokedReason.Owner, RequestOrigin.System, Cancel),
        ];
        foreach (var change in changes)
        {
            var before = await lab.VersionAsync(owner.Id);
            // Events of one millisecond have no order.
            lab.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await change();
            Assert.True(await lab.VersionAsync(owner.Id) > before);
        }

        Assert.Equal(
            ["key_created", "key_rotation_forced", "key_suspended nonce_reused", "key_resumed nonce_reused", "key_rotated", "key_revoked owner"],
            await lab.EventsAsync(key.Id));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Of_many_who_register_one_key_at_once_one_gets_it(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        Owner[] owners = [await lab.SignUpAsync(), await lab.SignUpAsync()];
        var changes = await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
            (await lab.Store.AddAsync(owners[i % 2].Id, New("same"), RequestOrigin.System, Cancel)).Change));

        Assert.Single(changes, KeyChange.Done);
        Assert.Equal(23, changes.Count(change => change == KeyChange.Exists));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_limit_holds_for_keys_that_are_added_at_once(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres, "client_keys: {max_per_user: 3}");
        var owner = await lab.SignUpAsync();
        var changes = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
            (await lab.Store.AddAsync(owner.Id, New($"{i}"), RequestOrigin.System, Cancel)).Change));

        Assert.Equal(3, changes.Count(change => change == KeyChange.Done));
        Assert.Equal(9, changes.Count(change => change == KeyChange.TooMany));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Of_two_rotations_at_once_one_succeeds(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var key = await AddAsync(lab, await lab.SignUpAsync(), "old");
        var changes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            (await lab.Store.RotateAsync(key, New($"next {i}"), RequestOrigin.System, Cancel)).Change));

        Assert.Single(changes, KeyChange.Done);
        Assert.Equal(7, changes.Count(change => change == KeyChange.Superseded));
        Assert.Equal(2, (await lab.Store.ListAsync(key.UserId, new PageRequest(50, null), Cancel)).Total);
    }

    [Fact]
    public async Task A_key_that_signs_cannot_fill_the_table_by_rotating()
    {
        await using var lab = await KeyLab.StartAsync(config: "client_keys: {max_per_user: 2}");
        var key = await AddAsync(lab, await lab.SignUpAsync(), "0");
        KeyChange last;
        var made = 0;
        do
        {
            (last, var next) = await lab.Store.RotateAsync(key, New($"{++made}"), RequestOrigin.System, Cancel);
            key = next ?? key;
        }
        while (last == KeyChange.Done && made < 50);

        Assert.Equal((KeyChange.TooMany, 6), (last, made));
    }

    [Fact]
    public async Task A_key_that_is_over_is_neither_rotated_nor_resumed_nor_forced()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, store) = (await lab.SignUpAsync(), lab.Store);
        var key = await AddAsync(lab, owner, "one");
        lab.Clock.Advance(TimeSpan.FromDays(97));

        Assert.Equal(KeyChange.Unusable, (await store.RotateAsync(key, New("two"), RequestOrigin.System, Cancel)).Change);
        Assert.Equal(KeyChange.Unusable, await store.ResumeAsync(owner.Id, key.Id, RequestOrigin.System, Cancel));
        Assert.Equal(KeyChange.Unusable, await store.ForceRotationAsync(owner.Id, key.Id, RequestOrigin.System, Cancel));
    }

    [Fact]
    public async Task A_forced_rotation_leaves_its_grace_to_the_rotation_that_follows()
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var key = await AddAsync(lab, owner, "one");
        await lab.Store.ForceRotationAsync(owner.Id, key.Id, RequestOrigin.System, Cancel);
        var ends = lab.Clock.UtcNow.AddDays(7);
        lab.Clock.Advance(TimeSpan.FromDays(3));

        Assert.Equal(KeyChange.Done, (await lab.Store.RotateAsync(key, New("two"), RequestOrigin.System, Cancel)).Change);
        Assert.Equal(ends, (await lab.Store.FindAsync(key.Id, Cancel))!.Key.RevokeAt);
    }

    [Fact]
    public async Task Nobody_changes_a_key_of_somebody_else()
    {
        await using var lab = await KeyLab.StartAsync();
        var (key, other) = (await AddAsync(lab, await lab.SignUpAsync(), "one"), await lab.SignUpAsync());

        Assert.Equal(KeyChange.NotFound, await lab.Store.RevokeAsync(other.Id, key.Id, RevokedReason.Owner, RequestOrigin.System, Cancel));
        Assert.Equal(KeyChange.NotFound, await lab.Store.ResumeAsync(other.Id, key.Id, RequestOrigin.System, Cancel));
        await lab.Store.RevokeAllAsync(other.Id, null, RevokedReason.Owner, RequestOrigin.System, Cancel);
        Assert.Null((await lab.Store.FindAsync(key.Id, Cancel))!.Key.RevokedAt);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Uses_are_noted_forwards_only_and_change_no_standing(string kind)
    {
        await using var lab = await KeyLab.StartAsync(kind, postgres);
        var owner = await lab.SignUpAsync();
        var key = await AddAsync(lab, owner, "one");
        var (version, now) = (await lab.VersionAsync(owner.Id), lab.Clock.UtcNow);
        await lab.Store.TouchAsync([new(key.Id, now)], Cancel);
        await lab.Store.TouchAsync([new(key.Id, now.AddMinutes(-1)), new(Guid.NewGuid(), now)], Cancel);

        Assert.Equal(now, (await lab.Store.FindAsync(key.Id, Cancel))!.Key.LastUsedAt);
        Assert.Equal(version, await lab.VersionAsync(owner.Id));
    }

    private static async Task<ClientKeyRow> AddAsync(KeyLab lab, Owner owner, string name) =>
        (await lab.Store.AddAsync(owner.Id, New(name), RequestOrigin.System, Cancel)).Key!;

    // The store judges no keys: that is done before.
    private static NewKey New(string name) =>
        new("public key", $"thumbprint of {name}", SignatureAlgorithm.ES256, KeyCustody.Native, name, null, null, "session");
}
