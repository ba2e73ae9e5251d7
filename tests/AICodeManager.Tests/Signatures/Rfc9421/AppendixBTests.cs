using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.Signing;
using AICodeManager.Signatures.Verifying;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Signatures.Rfc9421;

/// <summary>
/// The requests of RFC 9421 appendix B through the shipped verifier and signer. Left out on purpose: B.2.4 signs a
/// response, B.2.5 uses a shared secret (hmac-sha256); this library does neither.
/// </summary>
public sealed class AppendixBTests
{
    private static readonly FakeClock Then = new(DateTimeOffset.FromUnixTimeSeconds(1618884473));

    // The examples demand nothing of their coverage and mostly have neither nonce nor tag.
    private static readonly SignaturePolicy Bare = new() { Nonce = Presence.Optional };

    [Fact]
    public void Can_verify_B_2_1_minimal() => Verifies(Rfc9421Messages.B21, Rfc9421Keys.RsaPss);

    [Fact]
    public void Can_verify_B_2_2_selective() => Verifies(Rfc9421Messages.B22, Rfc9421Keys.RsaPss, Bare with { Tag = "header-example" });

    [Fact]
    public void Can_verify_B_2_3_full() => Verifies(Rfc9421Messages.B23, Rfc9421Keys.RsaPss);

    [Fact]
    public void Can_verify_B_2_6_ed25519() => Verifies(Rfc9421Messages.B26, Ed25519Key());

    [Fact]
    public void Can_verify_sections_3_and_4_3()
    {
        Verifies(Rfc9421Messages.Section3, Rfc9421Keys.RsaPss);

        // As the client sent it, among two signatures: the policy says which one counts. The draft prints another second
        // than the one that was signed.
        var both = Rfc9421Messages.Section43.Sign(Rfc9421Messages.TestRequest);
        Assert.False(IsBy(Rfc9421Keys.RsaPss, both, Bare with { Label = "sig1" }));
        var meant = both.Instead("signature-input", both.Line("signature-input", 0).Replace("1618884475", "1618884473", StringComparison.Ordinal));
        Assert.True(IsBy(Rfc9421Keys.RsaPss, meant, Bare with { Label = "sig1" }));
        Assert.Equal(SignatureFault.Malformed, new SignatureVerifier(Bare, Then).Read(both).Fault);

        var parameters = Rfc9421Messages.Section43.Input.Split("proxy_sig=")[1];
        Assert.Equal(Rfc9421Messages.Section43.Base, Bases.Of(both.With("forwarded", "for=192.0.2.123"), parameters));
    }

    [Fact]
    public void Can_verify_B_3_from_a_proxy()
    {
        Assert.True(IsBy(Rfc9421Keys.EccP256, Rfc9421Messages.B3));
        Assert.False(IsBy(Rfc9421Keys.EccP256, Rfc9421Messages.B3 with { Authority = "example.com" }));
    }

    [Fact]
    public void Can_verify_B_4_through_every_harmless_change()
    {
        var key = Ed25519Key();
        var signed = B4("application/json", "*/*");
        Assert.Equal(Rfc9421Messages.B4.Base, Bases.Of(signed, Rfc9421Messages.B4.Parameters));
        Assert.True(IsBy(key, signed));
        Assert.True(IsBy(key, (signed with { Target = "/demo?name1=Value1&Name2=value2&param=added" }).With("accept-language", "en-US,en;q=0.5")));
        Assert.True(IsBy(key, B4("application/json, */*").Instead("date", null).With("referer", "https://developer.example.org/demo")));
    }

    [Fact]
    public void Cannot_verify_B_4_after_a_change_of_what_is_covered()
    {
        var key = Ed25519Key();
        Assert.False(IsBy(key, B4("application/json", "*/*") with { Method = "POST", Authority = "example.com" }));
        Assert.False(IsBy(key, B4("*/*", "application/json")));
    }

    [Fact]
    public void Can_make_the_signature_of_B_2_6_and_B_4_exactly()
    {
        Assert.SkipUnless(Ed25519.Available, "no libcrypto 3 here");
        Component[] full = ["date", "@method", "@path", "@authority", "content-type", "content-length"];
        Assert.Equal(Rfc9421Messages.B26.Signature, Signed("sig-b26", full, Rfc9421Messages.TestRequest, Rfc9421Messages.B26.Input));
        Component[] some = ["@method", "@path", "@authority", "accept"];
        Assert.Equal(Rfc9421Messages.B4.Signature, Signed("transform", some, B4("application/json", "*/*"), Rfc9421Messages.B4.Input));
    }

    [Fact]
    public void Can_check_the_content_of_the_test_request()
    {
        var (digest, why) = ContentDigest.Read(Rfc9421Messages.TestRequest.Line("content-digest", 0));
        Assert.True(digest is not null, why);
        Assert.True(digest.Matches("""{"hello": "world"}"""u8));
        Assert.False(digest.Matches("""{"hello": "World"}"""u8));

        // Section 7.2.8.
        Assert.Equal("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", ContentDigest.Of("""{"hello": "world"}"""u8));
    }

    [Fact]
    public void Cannot_pass_a_signature_of_nothing_where_something_must_be_covered()
    {
        var demanding = Bare with { Coverage = [CoverageRule.All("@method")] };
        Assert.Equal(SignatureFault.Components, new SignatureVerifier(demanding, Then).Read(Rfc9421Messages.B21.Sign(Rfc9421Messages.TestRequest)).Fault);
    }

    private static WireRequest B4(params string[] accept) => Rfc9421Messages.B4.Sign(accept.Aggregate(
        new WireRequest("GET", "/demo?name1=Value1&Name2=value2", "example.org").With("date", "Fri, 15 Jul 2022 14:24:55 GMT"),
        (request, value) => request.With("accept", value)));

    private static VerifyingKey Ed25519Key()
    {
        Assert.SkipUnless(Ed25519.Available, "no libcrypto 3 here");
        return Rfc9421Keys.Ed25519;
    }

    private static string Signed(string label, Component[] covered, WireRequest request, string input)
    {
        var fields = new RequestSigner(Rfc9421Keys.Ed25519Private, "test-key-ed25519", new SignerOptions
        {
            Label = label, Covering = _ => covered, Tag = null, NewNonce = null, Time = Then,
        }).Sign(request);
        Assert.Equal(input, fields.SignatureInput);
        return fields.Signature;
    }

    private static void Verifies(Rfc9421Case example, VerifyingKey key, SignaturePolicy? policy = null)
    {
        Assert.Equal(example.Base, Bases.Of(Rfc9421Messages.TestRequest, example.Parameters));
        var signed = example.Sign(Rfc9421Messages.TestRequest);
        Assert.True(IsBy(key, signed, policy));

        // Not with another key, nor one octet later.
        using var other = SigningKey.Generate(key.Algorithm);
        Assert.False(IsBy(other.Public, signed, policy));
        var moved = signed.Instead("signature-input", example.Input.Replace("created=1618884473", "created=1618884472", StringComparison.Ordinal));
        Assert.False(IsBy(key, moved, policy));
    }

    private static bool IsBy(VerifyingKey key, WireRequest signed, SignaturePolicy? policy = null)
    {
        var verifier = new SignatureVerifier(policy ?? Bare, Then);
        var reading = verifier.Read(signed);
        Assert.True(reading.Signature is not null, reading.Detail);
        return verifier.IsBy(key, reading.Signature, signed);
    }
}
