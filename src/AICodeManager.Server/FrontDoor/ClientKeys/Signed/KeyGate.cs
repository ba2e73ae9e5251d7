using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Sessions.Risk;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>
/// What signed requests ask in the admission exchange, and how they judge the answers: is the nonce new, and has anything
/// about the key's user changed since the key was read. Both lie in the user's shard: it is one step.
/// </summary>
public sealed class KeyGate(
    KeyFinder keys, ClientKeyStore store, StandingStore standings, KeyUses uses, KeyMetrics metrics, Settings settings, TimeProvider time)
{
    // What a key of the shared store may consist of; other nonces go in by their hash.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>The questions of one signed request.</summary>
    public sealed class Asked(SignedProof proof, ReadFact standing, Claim nonce)
    {
        public SignedProof Proof { get; } = proof;
        public ReadFact Standing { get; } = standing;
        public Claim Nonce { get; } = nonce;
    }

    /// <param name="standing">The same question, where a session beside the signature asks it already.</param>
    public static Asked Ask(SignedProof proof, HttpContext context, ReadFact? standing)
    {
        var shard = StandingStore.ShardOf(proof.Known.Row.UserId);
        var nonce = proof.Signature.Nonce;
        var name = nonce.AsSpan().ContainsAnyExcept(NameCharacters)
            ? "h" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(nonce)))
            : "n" + nonce;
        return new Asked(proof, standing ?? new ReadFact(shard, StandingStore.FactKey), new Claim(shard, proof.Known.NoncePrefix + name)
        {
            // Where it was used first, for the judgement of who uses it again.
            Value = context.Connection.RemoteIpAddress?.ToString() ?? "",
            NotBefore = proof.Signature.Created!.Value - SignatureContract.ServedEarliest,
            Until = proof.Signature.Created!.Value + SignatureContract.NonceHolds
                + (context.GetEndpoint()?.Metadata.GetMetadata<TakesUploads>() is null ? TimeSpan.Zero : TakesUploads.Longest),
        });
    }

    /// <summary>Judges the answers; null admits, with <see cref="CurrentKey"/> and <see cref="Caller"/> set.</summary>
    public async ValueTask<Refusal?> JudgeAsync(HttpContext context, Asked asked, CancellationToken cancel)
    {
        var known = asked.Proof.Known;
        var user = (asked.Standing.Answer is { } text ? standings.Open(known.Row.UserId, text) : null)
            ?? await standings.LoadAsync(known.Row.UserId, cancel);
        if (user is not null && user.Version != known.AsOf)
        {
            // Something about the user has changed, perhaps this key: on whatever node, this very request sees it.
            known = await keys.RefreshAsync(known, cancel);
        }

        if (user is null || user.Disabled || known is null)
        {
            return Counted(asked, SignatureRefusals.Revoked("revoked", asked.Proof.Known));
        }

        var state = known.Row.StateAt(time.GetUtcNow(), user.Epoch, settings.ClientKeys);
        if (!state.MaySign())
        {
            await NoteUseAfterEndAsync(context, known, state);
            return Counted(asked, SignatureRefusals.Revoked(Word(state), known));
        }

        if (!asked.Nonce.Granted)
        {
            // Held by nobody: its time ran out while the content was on its way, or the store is younger than the request.
            return Counted(asked, asked.Nonce.Forgotten ? SignatureRefusals.StoreTooYoung() : asked.Nonce.Held is null ? SignatureRefusals.Late() : await ReplayedAsync(context, asked, known));
        }

        metrics.Judged(known.Row.Algorithm, "ok");
        uses.Note(known.Row.Id);
        context.Features.Set(new CurrentKey(known.Row, state));
        context.Features.Set(new StandsUntil(known.Row.EndsAt(settings.ClientKeys)));
        context.Features.Set(user);
        context.Features.Set(new Caller(user.Id, user.Email, user.Role, null, known.Row.Id));
        if (state is KeyState.DueSoon or KeyState.Deprecated)
        {
            var due = known.Row.DeprecatedAt is { } early && early < known.Row.ExpiresAt ? early : known.Row.ExpiresAt;
            context.Response.Headers[SignatureContract.RotationHeader] = due.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        }

        return null;
    }

    // A request that is sent twice from one place is a client's clumsiness. From another place somebody has what only the
    // key's holder made: the key is suspended, and its owner may lift that (spec C12).
    private async Task<Refusal> ReplayedAsync(HttpContext context, Asked asked, KnownKey known)
    {
        var elsewhere = IPAddress.TryParse(asked.Nonce.Held, out var first)
            && context.Connection.RemoteIpAddress is { } now && Networks.Compare(first, now) == Nearness.Other;
        if (elsewhere && settings.ClientKeys.Abuse.SuspendOnEvidence)
        {
            await store.SuspendAsync(known.Row.UserId, known.Row.Id, SuspendedReason.NonceReused, RequestOrigin.Of(context), CancellationToken.None);
        }

        return SignatureRefusals.Replayed(elsewhere ? "from another network than the first" : "from the same network as the first", known);
    }

    // A key that was replaced and should be gone signs on: somebody kept a copy.
    private async Task NoteUseAfterEndAsync(HttpContext context, KnownKey known, KeyState state)
    {
        if (state == KeyState.Expired && known.Row is { SuccessorId: not null, SuspendedAt: null } && settings.ClientKeys.Abuse.SuspendOnEvidence)
        {
            await store.SuspendAsync(known.Row.UserId, known.Row.Id, SuspendedReason.UsedAfterGrace, RequestOrigin.Of(context), CancellationToken.None);
        }
    }

    private Refusal Counted(Asked asked, Refusal refusal)
    {
        metrics.Judged(asked.Proof.Known.Row.Algorithm, refusal.Code);
        return refusal;
    }

    private static string Word(KeyState state) => state switch
    {
        KeyState.Suspended => "suspended; its owner can resume it",
        KeyState.Expired => "past its grace",
        _ => "revoked",
    };
}
