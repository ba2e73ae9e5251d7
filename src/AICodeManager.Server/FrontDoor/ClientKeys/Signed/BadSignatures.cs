using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>
/// Charges bad signatures to where they come from (spec B10, C12). A source that sends many is answered with 429, writes no
/// further events and gets few look-ups; but its right signatures are served, for the owner of the key may sit behind the
/// same address. A key, whose id travels with every request, loses nothing by what others forge, unless the document's own
/// policy is asked for by name.
/// </summary>
/// <remarks>Counted by each node for itself, so that a flood costs the shared store nothing.</remarks>
public sealed class BadSignatures(ClientKeyStore store, AuditTrail audit, Settings settings, TimeProvider time)
{
    private const int LookUpsASecond = 5;

    private readonly KeyAbuseSettings abuse = settings.ClientKeys.Abuse;
    private readonly Tallies<ClientNetwork> sources = new(settings.ClientKeys.Abuse.Window, time);
    private readonly Tallies<Guid> keys = new(settings.ClientKeys.Abuse.Window, time);

    /// <summary>Whether a key of this source that is not in memory may be looked for now.</summary>
    public bool MayLookUp(ClientNetwork source) => sources.Of(source) is not { } tally || tally.Count <= abuse.Threshold || tally.TakeTurn(LookUpsASecond, time);

    /// <summary>Counts a bad signature and gives its refusal.</summary>
    /// <param name="known">The key it names, where there is one.</param>
    public async Task<Refusal> ChargeAsync(ClientNetwork source, KnownKey? known, RequestOrigin origin, string why)
    {
        if (known is not null)
        {
            await ChargeKeyAsync(known, origin);
        }

        var (count, ends) = sources.Add(source);
        if (count == abuse.Threshold + 1)
        {
            await audit.RecordDoneAsync(origin, new AuditEvent("signature_source_throttled")
            {
                Outcome = AuditOutcome.Refused, Reason = "too_many_bad_signatures",
                Details = new Dictionary<string, object?> { ["count"] = count, ["until"] = ends },
            });
        }

        return count > abuse.Threshold ? SignatureRefusals.TooMany(ends - time.GetUtcNow()) : SignatureRefusals.Invalid(why, known);
    }

    private async Task ChargeKeyAsync(KnownKey known, RequestOrigin origin)
    {
        // Once a window, at the step over the threshold: the alert is about the key, the rest is its repetition.
        var (count, _) = keys.Add(known.Row.Id);
        if (count != abuse.Threshold + 1)
        {
            return;
        }

        await audit.RecordDoneAsync(origin, new AuditEvent("potential_attack")
        {
            Outcome = AuditOutcome.Refused, Reason = "bad_signatures", ActorId = known.Row.UserId,
            Details = new Dictionary<string, object?> { ["count"] = count, ["policy"] = abuse.Policy },
        }.On("key", known.Row.Id));
        if (abuse.Policy == KeyAbusePolicy.RevokeKey)
        {
            await store.RevokeAsync(known.Row.UserId, known.Row.Id, RevokedReason.Abuse, origin, CancellationToken.None);
        }
    }
}
