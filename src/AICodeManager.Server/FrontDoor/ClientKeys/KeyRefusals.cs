using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>The refusals of this room.</summary>
public static class KeyRefusals
{
    /// <param name="why">From <see cref="PublicKeys"/>: what is wrong and what is accepted.</param>
    public static Refusal InvalidKey(KeyFault fault, string why) =>
        new(400, "invalid_key", "The public key cannot be accepted.") { Detail = why, PrivateReason = fault.ToString() };

    public static Refusal ProofRequired() => new(400, "proof_required", "Prove that you hold the private key.")
    {
        Detail = $"The request needs a signature (RFC 9421) by the new key with tag=\"{Signed.SignatureContract.RegisterTag}\", keyid its RFC 7638 "
            + "thumbprint, created and nonce, over \"@method\" \"@target-uri\" \"content-digest\".",
    };

    public static Refusal ProofInvalid(string detail) =>
        new(400, "proof_invalid", "The proof that you hold the private key is not accepted.") { Detail = detail };

    public static Refusal SignatureRequired() =>
        new(403, "key_signature_required", "Only the key itself can do this.")
        {
            Detail = "The request has to be signed by the key that its path names.",
        };

    /// <summary>What became of adding a key, where it was not added.</summary>
    public static Refusal Of(KeyChange change) => change switch
    {
        KeyChange.Exists => Refusals.Conflict("key_exists", "This public key is known already; make a new pair."),
        KeyChange.TooMany => Refusals.Conflict("too_many_keys", "The account has as many keys as are permitted; revoke one first."),
        KeyChange.Superseded => Refusals.Conflict("already_rotated", "The key has a successor already."),
        KeyChange.Unusable => Refusals.Conflict("key_ended", "The key is revoked, suspended or past its grace."),
        _ => Refusals.NotFound("no such key"),
    };
}
