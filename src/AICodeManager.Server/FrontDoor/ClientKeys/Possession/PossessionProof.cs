using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Verifying;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Possession;

/// <summary>
/// Asks who brings a public key to show the private one (spec E): the request carries a signature by the new key, over
/// this very route and body. Else anybody could register somebody's public key as their own.
/// </summary>
public sealed class PossessionProof(ICoordination coordination, TimeProvider time)
{
    private readonly SignatureVerifier verifier = new(SignatureContract.Registrations, time);

    /// <summary>Judges the proof, except whether it is new; null refuses nothing.</summary>
    /// <param name="body">All of the request's content.</param>
    /// <param name="signature">For <see cref="SpendAsync"/>.</param>
    public Refusal? Judge(HttpContext context, ReadOnlySpan<byte> body, VerifyingKey key, out PresentedSignature? signature)
    {
        var message = new IncomingRequest(context);
        var reading = verifier.Read(message);
        signature = reading.Signature;
        return signature is null ? Refuse(reading.Fault, reading.Detail)
            : signature.KeyId != key.Thumbprint ? KeyRefusals.ProofInvalid("keyid is not the RFC 7638 SHA-256 thumbprint of the public key, in base64url.")
            : !verifier.IsBy(key, signature, message) ? KeyRefusals.ProofInvalid("The signature is not by the key that is to be registered, over this request.")
            : signature.Digest?.Matches(body) != true ? KeyRefusals.ProofInvalid("Content-Digest is not that of the body.")
            : null;
    }

    /// <summary>Spends the proof's nonce; to be asked last, so that a broken proof spends nothing.</summary>
    /// <param name="userId">Whose key it is to be.</param>
    /// <exception cref="CoordinationUnavailableException">Nothing is accepted that cannot be checked.</exception>
    public async Task<Refusal?> SpendAsync(Guid userId, string thumbprint, PresentedSignature signature, CancellationToken cancel)
    {
        // A nonce may have characters that no name may, and is the new key's own: another's must not be in its way.
        var name = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{thumbprint}\n{signature.Nonce}")));
        var claim = new Claim(StandingStore.ShardOf(userId), $"possession:{name}")
        {
            // A store that forgot it does no harm: the key of a proof that was served is registered, and refused as such.
            Until = signature.Created!.Value + SignatureContract.NonceHolds,
        };
        await coordination.ExchangeAsync([claim], cancel);
        return claim.Granted ? null : KeyRefusals.ProofInvalid(claim.Held is null
            ? "The content took longer to arrive than the proof is good for."
            : "The nonce was used before; every proof needs its own.");
    }

    private static Refusal Refuse(SignatureFault fault, string? detail) =>
        fault == SignatureFault.Missing ? KeyRefusals.ProofRequired() : KeyRefusals.ProofInvalid(detail ?? fault.ToString());
}
