using AICodeManager.Signatures.Signing;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.ClientKeys.Signed;

/// <summary>What follows from a request that is sent again: nothing where a client stammers, a suspension where somebody else has it.</summary>
public sealed class ReplayEvidenceTests
{
    [Fact]
    public async Task A_request_seen_again_from_another_network_suspends_its_key_until_the_owner_resumes_it()
    {
        await using var lab = await KeyLab.StartAsync(change: Visitor.Addresses);
        var owner = await lab.SignUpAsync();
        var device = await lab.EnrolAsync(owner);
        var signer = Repeating(lab, device);

        Assert.Equal(200, (await FromAsync(lab, signer, "203.0.113.7")).Status);
        Assert.Equal((401, "replay_detected"), (await FromAsync(lab, signer, "203.0.113.99")).Outcome);
        Assert.Equal(200, (await lab.AskAsync(device)).Status);

        Assert.Equal((401, "replay_detected"), (await FromAsync(lab, signer, "198.51.100.1")).Outcome);
        Assert.Equal((401, "key_revoked"), (await lab.AskAsync(device)).Outcome);
        Assert.Contains("key_suspended nonce_reused", await lab.EventsAsync(device.Id));

        Assert.Equal(204, (await lab.SendAsync(HttpMethod.Post, $"keys/{device.Id}/resume", new { }, owner.Token)).Status);
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
    }

    [Fact]
    public async Task A_configuration_may_leave_the_key_alone()
    {
        await using var lab = await KeyLab.StartAsync(
            config: "client_keys:\n  abuse:\n    suspend_on_evidence: false\n", change: Visitor.Addresses);
        var device = await lab.EnrolAsync(await lab.SignUpAsync());
        var signer = Repeating(lab, device);

        await FromAsync(lab, signer, "203.0.113.7");
        Assert.Equal((401, "replay_detected"), (await FromAsync(lab, signer, "198.51.100.1")).Outcome);
        Assert.Equal(200, (await lab.AskAsync(device)).Status);
    }

    private static RequestSigner Repeating(KeyLab lab, Device device) => new(
        device.Key, device.Id.ToString("D"), new SignerOptions { Time = lab.Clock, NewNonce = () => "the same nonce every time" });

    private static Task<KeyAnswer> FromAsync(KeyLab lab, RequestSigner signer, string address) =>
        lab.SendAsync(HttpMethod.Get, "auth/me", null, null, r => r.Headers.Add("X-Test-Address", address), signer);
}
