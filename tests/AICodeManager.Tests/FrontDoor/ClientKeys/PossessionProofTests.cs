using System.Text;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Tests.FrontDoor.ClientKeys;

/// <summary>Attempts to register a public key whose private half one does not have, or with a proof made for something else.</summary>
public sealed class PossessionProofTests
{
    [Fact]
    public async Task A_public_key_without_a_proof_is_not_registered()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        Assert.Equal((400, "proof_required"), await TryAsync(lab, owner, device));
        Assert.Equal((400, "proof_required"), await TryAsync(lab, owner, device, device.Proof(tag: "something-else")));
    }

    [Fact]
    public async Task A_proof_by_another_key_is_none()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, victim, mine) = (await lab.SignUpAsync(), lab.NewDevice(), lab.NewDevice());
        Assert.Equal((400, "proof_invalid"), await TryAsync(lab, owner, victim, mine.Proof()));
        Assert.Equal((400, "proof_invalid"), await TryAsync(lab, owner, victim, victim.Proof(by: mine.Key)));
        Assert.Equal((400, "proof_invalid"), await TryAsync(lab, owner, victim, victim.Proof(keyId: mine.Thumbprint)));
        Assert.Equal((400, "proof_invalid"), await TryAsync(lab, owner, victim, victim.Proof(keyId: Guid.NewGuid().ToString())));
    }

    [Theory]
    [InlineData("@method")]
    [InlineData("@target-uri")]
    [InlineData("content-digest")]
    public async Task A_proof_that_leaves_something_open_is_none(string left)
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        Assert.Equal((400, "proof_invalid"), await TryAsync(lab, owner, device, device.Proof(left: left)));
    }

    [Theory]
    [InlineData(61, false)]
    [InlineData(60, true)]
    [InlineData(-5, true)]
    [InlineData(-6, false)]
    public async Task A_proof_is_good_for_a_minute(int secondsAgo, bool good)
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        var outcome = await TryAsync(lab, owner, device, device.Proof(ago: TimeSpan.FromSeconds(secondsAgo)));
        Assert.Equal(good ? (201, null) : (400, "proof_invalid"), outcome);
    }

    [Theory]
    [InlineData("fifteen-letters")]
    [InlineData("")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task A_nonce_has_16_to_64_characters(string nonce)
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        Assert.Equal((400, "proof_invalid"), await TryAsync(lab, owner, device, device.Proof(nonce: nonce)));
    }

    [Fact]
    public async Task A_proof_over_another_body_is_none()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        var altered = await lab.SendAsync(
            HttpMethod.Post, "keys", new { public_key = device.Pem, custody = "browser" }, owner.Token,
            request =>
            {
                // Signature and digest stay, the body is another one.
                var digest = request.Content!.Headers.GetValues("Content-Digest").Single();
                request.Content = new StringContent($$"""{"public_key":{{System.Text.Json.JsonSerializer.Serialize(device.Pem)}},"custody":"native"}""", Encoding.UTF8, "application/json");
                request.Content.Headers.TryAddWithoutValidation("Content-Digest", digest);
            }, device.Proof());
        Assert.Equal((400, "proof_invalid"), altered.Outcome);

        var redigested = await lab.SendAsync(
            HttpMethod.Post, "keys", new { public_key = device.Pem }, owner.Token,
            request =>
            {
                request.Content!.Headers.Remove("Content-Digest");
                request.Content.Headers.TryAddWithoutValidation("Content-Digest", ContentDigest.Of("something else"u8));
            }, device.Proof());
        Assert.Equal((400, "proof_invalid"), redigested.Outcome);
    }

    [Fact]
    public async Task A_proof_for_another_route_is_none()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        var diverted = await lab.SendAsync(
            HttpMethod.Post, "keys?for=another", new { public_key = device.Pem }, owner.Token,
            request => request.RequestUri = new Uri(lab.Server.Address, "/api/v1/keys"), device.Proof());
        Assert.Equal((400, "proof_invalid"), diverted.Outcome);
    }

    [Fact]
    public async Task A_nonce_is_good_once_and_a_broken_proof_spends_none()
    {
        await using var lab = await KeyLab.StartAsync(config: "client_keys: {max_per_user: 1}");
        var (owner, device, nonce) = (await lab.SignUpAsync(), lab.NewDevice(), "a nonce of my own choice");
        Assert.Equal((400, "proof_invalid"), await TryAsync(lab, owner, device, device.Proof(nonce: nonce, by: lab.NewDevice().Key)));
        Assert.Equal((400, "proof_invalid"), await TryAsync(lab, owner, device, device.Proof(nonce: nonce, left: "@method")));

        var other = await lab.EnrolAsync(owner);
        Assert.Equal((409, "too_many_keys"), await TryAsync(lab, owner, device, device.Proof(nonce: nonce)));
        await owner.Client.DeleteAsync($"keys/{other.Id}");
        Assert.Equal((400, "proof_invalid"), await TryAsync(lab, owner, device, device.Proof(nonce: nonce)));
        Assert.Equal((201, null), await TryAsync(lab, owner, device, device.Proof()));
    }

    [Fact]
    public async Task A_nonce_of_somebody_elses_key_is_not_in_the_way()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, nonce) = (await lab.SignUpAsync(), "the same for both of them");
        var (first, second) = (lab.NewDevice(), lab.NewDevice());
        Assert.Equal((201, null), await TryAsync(lab, owner, first, first.Proof(nonce: nonce)));
        Assert.Equal((201, null), await TryAsync(lab, owner, second, second.Proof(nonce: nonce)));
    }

    [Fact]
    public async Task Two_proofs_are_none()
    {
        await using var lab = await KeyLab.StartAsync();
        var (owner, device) = (await lab.SignUpAsync(), lab.NewDevice());
        var twice = await lab.SendAsync(
            HttpMethod.Post, "keys", new { public_key = device.Pem }, owner.Token, request =>
            {
                var input = request.Headers.GetValues("Signature-Input").Single();
                var signature = request.Headers.GetValues("Signature").Single();
                request.Headers.Remove("Signature-Input");
                request.Headers.Remove("Signature");
                request.Headers.TryAddWithoutValidation("Signature-Input", $"{input}, b{input}");
                request.Headers.TryAddWithoutValidation("Signature", $"{signature}, b{signature}");
            }, device.Proof());
        Assert.Equal((400, "proof_invalid"), twice.Outcome);
    }

    private static async Task<(int, string?)> TryAsync(KeyLab lab, Owner owner, Device device, params RequestSigner[] signers) =>
        (await lab.SendAsync(HttpMethod.Post, "keys", new { public_key = device.Pem }, owner.Token, signers)).Outcome;
}
