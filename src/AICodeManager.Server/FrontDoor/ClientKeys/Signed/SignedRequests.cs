using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Verifying;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>An endpoint whose requests may carry a new key's proof of possession beside, or instead of, their own signature.</summary>
public sealed record TakesPossessionProof;

/// <summary>
/// The scheme of signed requests: everything that must be right before a nonce may be spent, in the order that the
/// contract fixes (spec section E): form, parameters, window, components, key, signature, digest.
/// </summary>
public sealed class SignedRequests(
    KeyFinder keys, BadSignatures bad, KeyMetrics metrics, TimeProvider time)
{
    /// <summary>Spec B9: no refusal for a key, a signature or a digest comes sooner, whatever it took.</summary>
    private static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(10);

    private readonly SignatureVerifier verifier = new(SignatureContract.Requests, time);

    /// <summary>Whether a request says that it is signed. Then its signature decides, whatever else it carries.</summary>
    public static bool Claims(HttpContext context) =>
        context.Request.Headers.ContainsKey("Signature-Input") || context.Request.Headers.ContainsKey("Signature");

    /// <summary>Judges a signature; null goes on, with <see cref="SignedProof"/> set where the request has one of its own.</summary>
    public async Task<Refusal?> ReadAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        var message = new IncomingRequest(context);
        var reading = verifier.Read(message);
        if (reading.Signature is not { } signature)
        {
            return reading.Fault == SignatureFault.Missing && context.GetEndpoint()?.Metadata.GetMetadata<TakesPossessionProof>() is not null
                ? null
                : Counted(null, SignatureRefusals.Of(reading));
        }

        try
        {
            return await VerifyAsync(context, message, signature, began);
        }
        catch (CoordinationUnavailableException)
        {
            return Counted(null, SignatureRefusals.StoreUnavailable());
        }
    }

    private async Task<Refusal?> VerifyAsync(HttpContext context, IncomingRequest message, PresentedSignature signature, long began)
    {
        var source = ClientNetwork.Of(context);
        var known = await FindAsync(signature.KeyId, source, context.RequestAborted);

        // The same work whether the key is known or not: a signature of that length is checked, by one key or another.
        var key = known is not null && known.Key.SignatureLength == signature.SignatureLength ? known.Key : DecoyKeys.For(signature.SignatureLength);
        var right = key is not null && verifier.IsBy(key, signature, message);
        metrics.Took(time.GetElapsedTime(began));
        if (right && key == known?.Key && known?.Row.RevokedAt is not null)
        {
            // Revoked for good, whatever has changed since: it gets no content read and no nonce kept.
            return Counted(known, SignatureRefusals.Revoked("revoked", known));
        }

        var why = known is null ? "unknown key" : !right || key != known.Key ? "wrong signature"
            : signature.Digest is { } digest && !await SignedBody.MatchesAsync(context, digest) ? "wrong content" : null;
        if (why is null)
        {
            context.Features.Set(new SignedProof(known!, signature));
            return null;
        }

        var refusal = Counted(known, await bad.ChargeAsync(source, known, RequestOrigin.Of(context), why));
        if (Floor - time.GetElapsedTime(began) is { Ticks: > 0 } rest)
        {
            await Task.Delay(rest, time, context.RequestAborted);
        }

        return refusal;
    }

    private async ValueTask<KnownKey?> FindAsync(string keyId, ClientNetwork source, CancellationToken cancel)
    {
        if (!Guid.TryParseExact(keyId, "D", out var id))
        {
            return null;
        }

        // Invented ids must not become a database's work: a source that sends bad signatures looks up a few a second. One
        // that is only due to be read again is not invented, and its owner may sit behind that very source.
        return keys.FindHere(id) ?? (keys.Remembers(id) || bad.MayLookUp(source) ? await keys.LookUpAsync(id, cancel) : null);
    }

    private Refusal Counted(KnownKey? known, Refusal refusal)
    {
        metrics.Judged(known?.Row.Algorithm, refusal.Code);
        return refusal;
    }
}
