using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Verifying;
using static AICodeManager.Tests.Signatures.Verifying.Contract;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>Parameters, window and algorithm at their edges.</summary>
public sealed class WindowTests
{
    private const string Components = "(\"@method\" \"@target-uri\")";

    [Theory]
    [InlineData(-60, SignatureFault.None)]
    [InlineData(-61, SignatureFault.Window)]
    [InlineData(5, SignatureFault.None)]
    [InlineData(6, SignatureFault.Window)]
    [InlineData(100_000_000_000, SignatureFault.Window)]
    public void Can_be_made_60_seconds_back_and_5_ahead(long offset, SignatureFault expected) =>
        Assert.Equal(expected, Judge(With($";created={Now + offset}")));

    [Theory]
    [InlineData(1, SignatureFault.None)]
    [InlineData(0, SignatureFault.Window)]
    [InlineData(-1, SignatureFault.Window)]
    public void Cannot_be_past_what_it_says_itself(long offset, SignatureFault expected) =>
        Assert.Equal(expected, Judge(With($";created={Now - 30};expires={Now + offset}")));

    [Fact]
    public void Cannot_expire_before_it_was_made_or_late()
    {
        Assert.Equal(SignatureFault.Window, Judge(With($";created={Now + 3};expires={Now + 3}")));
        Assert.Equal(SignatureFault.Window, Judge(With($";created={Now + 3};expires={Now + 2}")));
        var bounded = Policy with { MaxLifetime = TimeSpan.FromSeconds(300) };
        Assert.Equal(SignatureFault.None, Judge(With($";created={Now};expires={Now + 300}"), bounded));
        Assert.Equal(SignatureFault.Window, Judge(With($";created={Now};expires={Now + 301}"), bounded));
    }

    [Theory]
    [InlineData(15, SignatureFault.Parameters)]
    [InlineData(16, SignatureFault.None)]
    [InlineData(64, SignatureFault.None)]
    [InlineData(65, SignatureFault.Parameters)]
    [InlineData(0, SignatureFault.Parameters)]
    public void Can_have_a_nonce_of_16_to_64_characters(int length, SignatureFault expected) =>
        Assert.Equal(expected, Judge(Sign(Get, $"{Components};created={Now};nonce=\"{new string('n', length)}\";keyid=\"k\";tag=\"aicli\"")));

    [Theory]
    [InlineData(0, SignatureFault.Parameters)]
    [InlineData(1, SignatureFault.None)]
    [InlineData(256, SignatureFault.None)]
    [InlineData(257, SignatureFault.Parameters)]
    public void Can_have_a_key_id_of_1_to_256_characters(int length, SignatureFault expected) =>
        Assert.Equal(expected, Judge(Sign(Get, $"{Components};created={Now};nonce=\"{new string('n', 16)}\";keyid=\"{new string('k', length)}\";tag=\"aicli\"")));

    [Theory]
    [InlineData("created")]
    [InlineData("nonce")]
    [InlineData("keyid")]
    public void Cannot_leave_out(string parameter)
    {
        var rest = string.Concat(Parameters[1..].Split(';').Where(p => !p.StartsWith(parameter + "=", StringComparison.Ordinal)).Select(p => ";" + p));
        Assert.Equal(SignatureFault.Parameters, Judge(Sign(Get, Components + rest)));
    }

    [Fact]
    public void Can_be_told_what_must_and_must_not_be_there()
    {
        Assert.Equal(SignatureFault.Parameters, Judge(With($";created={Now}"), Policy with { Expires = Presence.Required }));
        Assert.Equal(SignatureFault.Parameters, Judge(With($";created={Now}"), Policy with { Alg = Presence.Required }));
        Assert.Equal(SignatureFault.Parameters, Judge(With($";created={Now};expires={Now + 9}"), Policy with { Expires = Presence.Forbidden }));
        Assert.Equal(SignatureFault.Parameters, Judge(With($";created={Now};alg=\"ecdsa-p256-sha256\""), Policy with { Alg = Presence.Forbidden }));
        Assert.Equal(SignatureFault.Excluded, Judge(Sign(Get.With("cookie", "a"), $"(\"@method\" \"@target-uri\" \"cookie\"){Parameters}"), Policy with { Excluded = ["cookie"] }));
    }

    [Fact]
    public void Cannot_choose_the_algorithm_in_the_message()
    {
        Assert.Equal(SignatureFault.None, Judge(With($";created={Now};alg=\"ecdsa-p256-sha256\"")));
        foreach (var alg in new[] { "rsa-pss-sha512", "ed25519" })
        {
            Assert.Equal(SignatureFault.Signature, Judge(With($";created={Now};alg=\"{alg}\"")));
        }

        foreach (var alg in new[] { "", "hmac-sha256", "rsa-v1_5-sha256", "none", "ES256", "ECDSA-P256-SHA256", "rsa-pss-sha256" })
        {
            Assert.Equal(SignatureFault.Algorithm, Judge(With($";created={Now};alg=\"{alg}\"")));
        }

        Assert.Equal(SignatureFault.Signature, Judge(With($";created={Now}"), Policy with { Algorithms = [SignatureAlgorithm.Ed25519] }));
        Assert.Equal(SignatureFault.Algorithm, Judge(With($";created={Now};alg=\"ecdsa-p256-sha256\""), Policy with { Algorithms = [SignatureAlgorithm.Ed25519] }));
    }

    [Theory]
    [InlineData(SignatureAlgorithm.PS256)]
    [InlineData(SignatureAlgorithm.PS512)]
    [InlineData(SignatureAlgorithm.ES256)]
    [InlineData(SignatureAlgorithm.Ed25519)]
    public void Can_verify_every_algorithm_by_its_key_only(SignatureAlgorithm algorithm)
    {
        Assert.SkipWhen(algorithm == SignatureAlgorithm.Ed25519 && !Ed25519.Available, "no libcrypto 3 here");
        using var key = SigningKey.Generate(algorithm);
        var signed = Sign(Post, key: key);
        Assert.Equal(SignatureFault.None, Judge(signed, key: key.Public));
        Assert.Equal(SignatureFault.Signature, Judge(signed));
        using var another = SigningKey.Generate(algorithm);
        Assert.Equal(SignatureFault.Signature, Judge(signed, key: another.Public));

        // PS256 has no registered name: none can be right for it.
        var named = Sign(Post, Options with { Alg = algorithm.RegisteredName() ?? "rsa-pss-sha512" }, key);
        Assert.Equal(algorithm == SignatureAlgorithm.PS256 ? SignatureFault.Signature : SignatureFault.None, Judge(named, key: key.Public));
    }

    [Fact]
    public void Cannot_take_one_rsa_algorithm_for_the_other()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.PS256);
        using var sha512 = SigningKey.FromPkcs8(key.ToPkcs8(), SignatureAlgorithm.PS512);
        Assert.Equal(SignatureFault.Signature, Judge(Sign(Get, key: key), key: sha512.Public));
        Assert.Equal(SignatureFault.Signature, Judge(Sign(Get, key: sha512), key: key.Public));
    }

    private static WireRequest With(string parameters) =>
        Sign(Get, $"{Components}{parameters};nonce=\"KXYnfEfJ0PBRZXQyVXfVQA\";keyid=\"k\";tag=\"aicli\"");
}
