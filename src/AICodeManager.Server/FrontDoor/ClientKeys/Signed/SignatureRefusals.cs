using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Verifying;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>How signed requests are refused (spec section E): each step has its code, and none tells which keys exist.</summary>
internal static class SignatureRefusals
{
    private static readonly Dictionary<string, string> Challenge = new()
    {
        ["WWW-Authenticate"] = "Signature",
        ["Accept-Signature"] = SignatureContract.AcceptSignature,
    };

    /// <summary>Form, parameters, window, components: what the client can mend by itself.</summary>
    public static Refusal Of(SignatureReading reading) => reading.Fault == SignatureFault.Window
        ? Unauthenticated("signature_expired", "The signature is too old, or from the future.") with { Detail = reading.Detail }
        : Unauthenticated("signature_malformed", "The request is not signed as this server accepts it.") with { Detail = reading.Detail };

    /// <summary>Key, signature, digest: all look alike.</summary>
    /// <param name="why">For the audit only.</param>
    /// <param name="named">The key that was named, where there is one; for the audit only.</param>
    public static Refusal Invalid(string why, KnownKey? named) => Unauthenticated("signature_invalid", "The signature is not one of a key known here over this request.") with
    {
        PrivateReason = why, Event = "signature_invalid", PrivateDetails = About(named),
    };

    /// <summary>Only for who has the private key.</summary>
    public static Refusal Replayed(string why, KnownKey key) => Unauthenticated("replay_detected", "This very request was served already; sign a new one.") with
    {
        PrivateReason = why, Event = "replay_attack", PrivateDetails = About(key),
    };

    /// <summary>The signature was right, and its content took too long to arrive: nothing says that its nonce was used.</summary>
    public static Refusal Late() => Unauthenticated("signature_expired", "The signature is too old, or from the future.") with
    {
        Detail = "The content took longer to arrive than the signature is good for.",
    };

    /// <summary>Only for who has the private key.</summary>
    public static Refusal Revoked(string state, KnownKey key) => Unauthenticated("key_revoked", "The key is not accepted any more.") with
    {
        Detail = $"The key is {state}.", Event = "revoked_key_used", PrivateReason = state, PrivateDetails = About(key),
    };

    /// <summary>The store answers, but is younger than the request: it may have forgotten that this was served.</summary>
    public static Refusal StoreTooYoung() => StoreUnavailable() with
    {
        Headers = new Dictionary<string, string> { ["Retry-After"] = $"{(long)SignatureContract.ServedEarliest.TotalSeconds}" },
    };

    public static Refusal StoreUnavailable() => new(503, "nonce_store_unavailable", "Signatures cannot be checked for replays at the moment.")
    {
        Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
    };

    /// <summary>A source that goes on with bad signatures; the first of each window were told to the audit.</summary>
    public static Refusal TooMany(TimeSpan wait) => new(429, "too_many_bad_signatures", "Too many bad signatures come from your address.")
    {
        Headers = new Dictionary<string, string>
        {
            [RetryAfter.Header] = RetryAfter.Text(wait),
            ["WWW-Authenticate"] = "Signature",
        },
        Unrecorded = true,
    };

    /// <summary>A signature, and a token or a session of somebody else.</summary>
    public static Refusal Conflict() => Unauthenticated("credential_conflict", "The signature and the session belong to different accounts.");

    private static Dictionary<string, object?>? About(KnownKey? key) =>
        key is null ? null : new() { ["key"] = key.Row.Id, ["user"] = key.Row.UserId };

    private static Refusal Unauthenticated(string code, string title) => new(401, code, title) { Headers = Challenge };
}
