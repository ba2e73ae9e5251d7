using System.Text;
using System.Text.Json;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.Signing;
using AICodeManager.Signatures.Verifying;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Signatures.Conformance;

/// <summary>
/// The conformance set's table of body integrity: facts about a request, made into a request here and judged by the shipped
/// verifier. Rows about other credentials are left out: a broken signature is never rescued here, so there is no warning.
/// </summary>
public sealed class BodyIntegrityTests
{
    private static readonly FakeClock Clock = new();
    private static readonly SigningKey Key = SigningKey.Generate(SignatureAlgorithm.ES256);

    [Fact]
    public void Can_judge_bodies_as_the_suite_does()
    {
        var (run, passedOver) = (0, 0);
        foreach (var test in Vectors.Json("request-signing/body-integrity-policy.json").GetProperty("cases").EnumerateArray())
        {
            var expected = test.GetProperty("expected");
            if (expected.TryGetProperty("authentication_source", out var source) && source.GetString() == "fallback"
                || expected.GetProperty("action").GetString() == "reject_unauthenticated")
            {
                passedOver++;
                continue;
            }

            var code = expected.TryGetProperty("error_code", out var told) ? told.GetString() : "accepted";
            Assert.Equal((test.GetProperty("id").GetString(), code), (test.GetProperty("id").GetString(), Judge(test)));
            run++;
        }

        Assert.Equal((12, 5), (run, passedOver));
    }

    private static string Judge(JsonElement test)
    {
        var digests = test.TryGetProperty("legacy_digest_policy", out var legacy) ? legacy.GetString()! : "required";
        var verifier = new SignatureVerifier(ConformancePolicy.With(digests), Clock);
        var request = Request(test);
        var reading = verifier.Read(request);
        if (reading.Signature is not { } signature)
        {
            return reading.Fault switch
            {
                SignatureFault.Missing => "request_signature_required",
                SignatureFault.Malformed => "request_signature_header_malformed",
                SignatureFault.Components => "request_signature_components_incomplete",
                var other => other.ToString(),
            };
        }

        return !verifier.IsBy(Key.Public, signature, request) ? "request_signature_invalid"
            : signature.Covers("content-digest") && !ContentDigest.Read(request.Line("content-digest", 0)).Digest!.Matches(Encoding.UTF8.GetBytes(request.Body!))
                ? "request_signature_digest_mismatch"
                : "accepted";
    }

    private static WireRequest Request(JsonElement test)
    {
        var request = new WireRequest("POST", "/mcp", "seller.example.com");
        if (test.GetProperty("has_body").GetBoolean())
        {
            request = (request with { Body = """{"method":"tasks/get"}""" }).With("content-type", "application/json");
            request = request.With("content-digest", ContentDigest.Of(Encoding.UTF8.GetBytes(request.Body!)));
        }

        if (!test.GetProperty("signature_present").GetBoolean())
        {
            return request;
        }

        var covered = new List<Component> { "@method", "@target-uri", "@authority" };
        covered.AddRange(request.HasContent ? ["content-type"] : []);
        covered.AddRange(Says(test, "covers_content_digest") == true ? ["content-digest"] : []);
        request = request.With(new RequestSigner(Key, "key", new SignerOptions
        {
            Label = "sig1", Tag = "adcp/request-signing/v1", Alg = "ecdsa-p256-sha256", Lifetime = TimeSpan.FromSeconds(300), Time = Clock, Covering = _ => covered,
        }).Sign(request));
        if (test.TryGetProperty("signature_header_state", out _))
        {
            return request.Instead("signature-input", null);
        }

        // What an attacker changes afterwards: the body, the digest with it, or what else is covered.
        var changed = request with { Body = """{"method":"tasks/cancel"}""" };
        return (Says(test, "digest_matches_body"), Says(test, "cryptographic_signature_valid")) switch
        {
            (false, true) => changed,
            (true, false) => changed.Instead("content-digest", ContentDigest.Of(Encoding.UTF8.GetBytes(changed.Body))),
            (false, false) => changed.Instead("content-digest", ContentDigest.Of("other"u8)),
            _ => request,
        };
    }

    private static bool? Says(JsonElement test, string fact) => test.TryGetProperty(fact, out var said) ? said.GetBoolean() : null;
}
