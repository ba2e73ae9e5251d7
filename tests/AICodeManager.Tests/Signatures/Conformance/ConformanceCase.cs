using System.Text;
using System.Text.Json;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Verifying;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Signatures.Conformance;

/// <summary>
/// One file of the request-signing conformance set (AdCP, Apache-2.0), run through the shipped verifier. What is the suite's
/// own is here: its policy, where keys come from and what they are for, the list of revoked ones, the nonces it has seen.
/// </summary>
internal sealed class ConformanceCase(string file)
{
    private readonly JsonElement json = Vectors.Json(file);

    public string Step => json.GetProperty("expected_outcome").TryGetProperty("failed_step", out var step) ? step.ToString() : "";

    public string Code => json.GetProperty("expected_outcome").TryGetProperty("error_code", out var code) ? code.GetString()! : "";

    public string? Base => json.TryGetProperty("expected_signature_base", out var text) ? text.GetString() : null;

    private JsonElement Sent => json.GetProperty("request");

    private TimeProvider Clock => new FakeClock(DateTimeOffset.FromUnixTimeSeconds(json.GetProperty("reference_now").GetInt64()));

    /// <param name="transcode">Whether base64url between the colons of <c>Signature</c> is written as base64 first.</param>
    public WireRequest Request(bool transcode = true)
    {
        var request = CanonicalUrl.Request(Sent.GetProperty("method").GetString()!, Sent.GetProperty("url").GetString()!, names: false) with
        {
            Body = Sent.GetProperty("body").GetString(),
        };
        return Sent.GetProperty("headers").EnumerateObject().Aggregate(request, (r, f) => r.With(
            f.Name.ToLowerInvariant(), f.Name == "Signature" && transcode ? ToBase64(f.Value.GetString()!) : f.Value.GetString()!));
    }

    public SignatureReading Read(WireRequest request) => new SignatureVerifier(Policy(), Clock).Read(request);

    /// <summary>The step and code with which the request is refused; empty where it is accepted.</summary>
    public (string Step, string Code) Judge()
    {
        var request = Request();
        var verifier = new SignatureVerifier(Policy(), Clock);
        var reading = verifier.Read(request);
        if (reading.Signature is not { } signature)
        {
            return Told(reading.Fault, isSigned: request.Lines("signature-input") > 0);
        }

        if (Key(signature.KeyId) is not { } jwk)
        {
            return ("7", "request_signature_key_unknown");
        }

        if (jwk.GetProperty("adcp_use").GetString() != "request-signing" || !PublicKeys.TryRead(Public(jwk), null, out var key, out _, out _))
        {
            return ("8", "request_signature_key_purpose_invalid");
        }

        if (State("revocation_list") is { } list && list.GetProperty("revoked_kids").EnumerateArray().Any(k => k.GetString() == signature.KeyId))
        {
            return ("9", "request_signature_key_revoked");
        }

        if (State("replay_cache_per_keyid_cap_hit") is not null)
        {
            return ("9a", "request_signature_rate_abuse");
        }

        if (!verifier.IsBy(key, signature, request))
        {
            return ("10", "request_signature_invalid");
        }

        if (signature.Covers("content-digest") && !ContentDigest.Read(request.Line("content-digest", 0)).Digest!.Matches(Encoding.UTF8.GetBytes(request.Body!)))
        {
            return ("11", "request_signature_digest_mismatch");
        }

        return State("replay_cache_entries") is { } seen && seen.EnumerateArray().Any(e => e.GetProperty("nonce").GetString() == signature.Nonce)
            ? ("12", "request_signature_replayed")
            : ("", "");
    }

    private static (string Step, string Code) Told(SignatureFault fault, bool isSigned) => fault switch
    {
        SignatureFault.Missing when !isSigned => ("0", "request_signature_required"),
        SignatureFault.Missing => ("3", "request_signature_tag_invalid"),
        SignatureFault.Malformed => ("1", "request_signature_header_malformed"),
        SignatureFault.Parameters => ("2", "request_signature_params_incomplete"),
        SignatureFault.Algorithm => ("4", "request_signature_alg_not_allowed"),
        SignatureFault.Window => ("5", "request_signature_window_invalid"),
        SignatureFault.Components => ("6", "request_signature_components_incomplete"),
        _ => ("6", "request_signature_components_unexpected"),
    };

    private SignaturePolicy Policy() => ConformancePolicy.With(json.GetProperty("verifier_capability").GetProperty("covers_content_digest").GetString()!);

    private JsonElement? Key(string keyId)
    {
        var keys = json.TryGetProperty("jwks_override", out var own) ? own : Vectors.Json("request-signing/keys.json");
        return keys.GetProperty("keys").EnumerateArray().Where(k => k.GetProperty("kid").GetString() == keyId).Cast<JsonElement?>().FirstOrDefault();
    }

    private static string Public(JsonElement jwk) => JsonSerializer.Serialize(
        jwk.EnumerateObject().Where(m => m.Name is not ("_private_d_for_test_only" or "$comment")).ToDictionary(m => m.Name, m => m.Value));

    private JsonElement? State(string name) =>
        json.TryGetProperty("test_harness_state", out var state) && state.TryGetProperty(name, out var value) ? value : null;

    // Each value between colons; what is base64 already stays.
    private static string ToBase64(string field) => string.Join(':', field.Split(':').Select((part, i) =>
        i % 2 == 0 ? part : part.TrimEnd('=').Replace('-', '+').Replace('_', '/') + new string('=', (4 - part.TrimEnd('=').Length % 4) % 4)));
}

/// <summary>The suite's policy: another tag, window and coverage than ours, by configuration alone.</summary>
internal static class ConformancePolicy
{
    public static SignaturePolicy With(string digests) => new()
    {
        Tag = "adcp/request-signing/v1",
        Label = "sig1",
        Expires = Presence.Required,
        Alg = Presence.Required,
        MaxAge = TimeSpan.FromSeconds(360),
        MaxAhead = TimeSpan.FromSeconds(60),
        MaxLifetime = TimeSpan.FromSeconds(300),
        Algorithms = [SignatureAlgorithm.ES256, SignatureAlgorithm.Ed25519],
        Coverage =
        [
            CoverageRule.All("@method", "@target-uri", "@authority"),
            CoverageRule.IfSent("content-type"),
            .. digests == "required" ? [CoverageRule.WithContent("content-digest")] : Array.Empty<CoverageRule>(),
        ],
        Excluded = digests == "forbidden" ? ["content-digest"] : [],
    };
}
