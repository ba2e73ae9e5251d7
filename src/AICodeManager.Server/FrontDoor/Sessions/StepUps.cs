using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Takes note of proofs that answer a step-up demand, and of those that fail to (spec A9, RFC 9470).</summary>
public sealed class StepUps(SessionStore sessions, SignIns signIns, SessionCookie cookie, AuditTrail audit)
{
    /// <summary>Wrong answers until the session ends: whoever holds it is not its owner.</summary>
    public const int Attempts = 5;

    /// <summary>Notes an accepted proof: 204, with a new cookie for a browser.</summary>
    public async Task<IResult> GrantAsync(HttpContext context, ProofLevel proved, CancellationToken cancel)
    {
        var current = CurrentSession.Of(context)!;
        // Told first: a proof that nobody could hear of must not count, and a fault must not take the new cookie with it.
        await audit.RecordFirstAsync(RequestOrigin.Of(context), new AuditEvent("step_up_succeeded")
        {
            Details = new Dictionary<string, object?> { ["proof"] = proved },
        }.On("session", current.Session.Id));
        if (!await signIns.RenewAsync(context, current.User, proved, reserved: 1, cancel))
        {
            return Refusals.SessionEnded(SessionEnd.Ended);
        }

        return TypedResults.NoContent();
    }

    /// <summary>
    /// Takes one of the attempts before a proof is looked at, so that guesses sent at once cost one each; null to go on.
    /// </summary>
    public async Task<Refusal?> ReserveAsync(HttpContext context, CancellationToken cancel)
    {
        var current = CurrentSession.Of(context)!;
        if (await CountAsync(current.Session, cancel) <= Attempts)
        {
            return null;
        }

        await sessions.EndAsync(current.Session.UserId, current.Session.Id, SessionEnd.StepUpFailed, RequestOrigin.Of(context));
        return Ended(current);
    }

    /// <summary>Answers a refused proof whose attempt was reserved; with the last one the session is over.</summary>
    /// <param name="reason">For the audit only.</param>
    public async Task<IResult> FailAsync(HttpContext context, string reason, CancellationToken cancel)
    {
        var current = CurrentSession.Of(context)!;
        var origin = RequestOrigin.Of(context);
        await audit.RecordDoneAsync(
            origin, new AuditEvent("step_up_failed") { Outcome = AuditOutcome.Refused, Reason = reason }.On("session", current.Session.Id));
        var record = await sessions.ReadAsync(current.Session.UserId, current.Session.Id, cancel);
        if (record is { Ended: null } && sessions.Open(current.Session.UserId, record) is { FailedProofs: < Attempts })
        {
            return Refusals.Unauthenticated("invalid_proof", "The proof was not accepted.");
        }

        await sessions.EndAsync(current.Session.UserId, current.Session.Id, SessionEnd.StepUpFailed, origin);
        return Ended(current);
    }

    private Refusal Ended(CurrentSession current) =>
        SessionGate.Over(SessionEnd.StepUpFailed, current.Session.Kind == SessionKind.Browser ? cookie : null);

    // By compare-and-set; who loses every race has used up the attempts.
    private async Task<int> CountAsync(Session session, CancellationToken cancel)
    {
        const int TooMany = Attempts + 1;
        for (var round = 0; round < TooMany; round++)
        {
            if (await sessions.ReadAsync(session.UserId, session.Id, cancel) is not { Ended: null } record
                || sessions.Open(session.UserId, record) is not { FailedProofs: < Attempts } read)
            {
                return TooMany;
            }

            if (await sessions.ReplaceAsync(read with { FailedProofs = read.FailedProofs + 1 }, record.Version, extend: false, cancel))
            {
                return read.FailedProofs + 1;
            }
        }

        return TooMany;
    }
}
