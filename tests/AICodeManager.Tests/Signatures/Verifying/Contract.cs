using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.Signing;
using AICodeManager.Signatures.Verifying;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>The product's policy (spec section E), a key of each algorithm, and requests to attack.</summary>
internal static class Contract
{
    public static readonly SignaturePolicy Policy = new()
    {
        Tag = "aicli",
        Coverage =
        [
            CoverageRule.All("@method"),
            CoverageRule.Either(["@target-uri"], ["@authority", "@path", "@query"]),
            CoverageRule.WithContent("content-digest"),
            CoverageRule.IfSent("authorization"),
        ],
    };

    public static readonly FakeClock Clock = new();

    public static readonly SigningKey Key = SigningKey.Generate(SignatureAlgorithm.ES256);

    public const string KeyId = "0199d3a0-7a52-7c3e-9c54-2f6d1b8a4e10";

    public static long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>All parameters, after the parenthesis.</summary>
    public static string Parameters => $";created={Now};nonce=\"KXYnfEfJ0PBRZXQyVXfVQA\";keyid=\"{KeyId}\";tag=\"aicli\"";

    public static WireRequest Get { get; } = new("GET", "/api/v1/tasks?limit=5&after=%7E");

    public static WireRequest Post { get; } = (new WireRequest("POST", "/api/v1/auth/me") { Body = """{"name":"a"}""" })
        .With("content-type", "application/json").With("authorization", "Bearer abc").With("content-digest", ContentDigest.Of("""{"name":"a"}"""u8));

    public static SignerOptions Options => new() { Time = Clock };

    public static WireRequest Sign(WireRequest request, SignerOptions? options = null, SigningKey? key = null) =>
        request.With(new RequestSigner(key ?? Key, KeyId, options ?? Options).Sign(request));

    /// <summary>Signs whatever a member of Signature-Input says, however it is spelled; refused text gets some signature.</summary>
    public static WireRequest Sign(WireRequest request, string value, string label = "sig") =>
        request.With("signature-input", $"{label}={value}").With("signature", $"{label}=:{Signature(request, value)}:");

    public static string Signature(IRequestMessage request, string value)
    {
        Span<byte> signature = stackalloc byte[Key.SignatureLength];
        using var written = new SignatureBase(64 << 10);
        var input = SignatureInputReader.Read(value, 0, value.Length, 64, out _);
        Key.Sign(input is not null && written.TryWrite(input, request) ? written.Bytes : "nothing"u8, signature);
        return Convert.ToBase64String(signature);
    }

    /// <summary>None where it is accepted.</summary>
    public static SignatureFault Judge(WireRequest request, SignaturePolicy? policy = null, VerifyingKey? key = null)
    {
        var verifier = new SignatureVerifier(policy ?? Policy, Clock);
        var reading = verifier.Read(request);
        Assert.Equal(reading.Fault == SignatureFault.None, reading.Signature is not null);
        Assert.Equal(reading.Fault == SignatureFault.None, reading.Detail is null);
        return reading.Signature is not { } signature ? reading.Fault
            : verifier.IsBy(key ?? Key.Public, signature, request) ? SignatureFault.None
            : SignatureFault.Signature;
    }
}
