using AICodeManager.Signatures.Signing;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Signed;

/// <summary>Bad signatures are their sender's burden and not their key's owner's (spec B10, C12).</summary>
public sealed class BadSignatureTests
{
    [Fact]
    public async Task A_source_of_bad_signatures_is_slowed_and_the_owner_behind_the_same_address_is_not()
    {
        await using var lab = await KeyLab.StartAsync();
        var owner = await lab.SignUpAsync();
        var (device, stranger) = (await lab.EnrolAsync(owner), lab.NewDevice());

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal((401, "signature_invalid"), (await ForgeAsync(lab, device.Id, stranger)).Outcome);
        }

        for (var i = 0; i < 30; i++)
        {
            Assert.Equal((429, "too_many_bad_signatures"), (await ForgeAsync(lab, device.Id, stranger)).Outcome);
        }

        Assert.Equal(200, (await lab.AskAsync(device)).Status);
        Assert.Equal(1, await CountAsync(lab, "potential_attack"));
        Assert.Equal(1, await CountAsync(lab, "signature_source_throttled"));
        Assert.DoesNotContain("key_revoked abuse", await lab.EventsAsync(device.Id));
    }

    [Fact]
    public async Task A_key_that_is_due_to_be_read_again_is_read_whatever_its_address_sends_beside_it()
    {
        await using var lab = await KeyLab.StartAsync(config: "client_keys:\n  cache:\n    ttl: 1m\n");
        var (device, stranger) = (await lab.EnrolAsync(await lab.SignUpAsync()), lab.NewDevice());
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
        for (var i = 0; i < 11; i++)
        {
            await ForgeAsync(lab, device.Id, stranger);
        }

        lab.Clock.Advance(TimeSpan.FromSeconds(61));
        // All look-ups that the source has in this second are spent on ids that nobody has.
        for (var i = 0; i < 6; i++)
        {
            await ForgeAsync(lab, Guid.NewGuid(), stranger);
        }

        Assert.Equal(200, (await lab.AskAsync(device)).Status);
    }

    [Fact]
    public async Task The_documents_own_policy_revokes_the_key_where_it_is_asked_for_by_name()
    {
        await using var lab = await KeyLab.StartAsync(config: "client_keys:\n  abuse:\n    policy: revoke_key\n");
        var (device, stranger) = (await lab.EnrolAsync(await lab.SignUpAsync()), lab.NewDevice());

        for (var i = 0; i < 11; i++)
        {
            await ForgeAsync(lab, device.Id, stranger);
        }

        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(device)).Outcome);
        Assert.Contains("key_revoked abuse", await lab.EventsAsync(device.Id));
    }

    [Fact]
    public async Task The_window_ends()
    {
        await using var lab = await KeyLab.StartAsync();
        var (device, stranger) = (await lab.EnrolAsync(await lab.SignUpAsync()), lab.NewDevice());
        for (var i = 0; i < 12; i++)
        {
            await ForgeAsync(lab, device.Id, stranger);
        }

        lab.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((401, "signature_invalid"), (await ForgeAsync(lab, device.Id, stranger)).Outcome);
    }

    private static Task<KeyAnswer> ForgeAsync(KeyLab lab, Guid keyId, Device by) => lab.SendAsync(
        HttpMethod.Get, "auth/me", null, null, new RequestSigner(by.Key, keyId.ToString("D"), new SignerOptions { Time = lab.Clock }));

    private static Task<long> CountAsync(KeyLab lab, string name) => lab.Server.Database.ReadAsync(
        r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = @name", new { name }), TestContext.Current.CancellationToken);
}
