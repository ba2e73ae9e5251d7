using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions.Places;
using AICodeManager.Server.FrontDoor.Sessions.Risk;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>
/// Asks for proof where a session looks unlike itself, or where an endpoint wants a fresh one; ends a session that
/// looks stolen. The judgement is <see cref="RiskAssessment"/>'s; this layer only carries it out (spec A9, RFC 9470).
/// </summary>
public sealed class RiskLayer(
    RequestDelegate next, SessionStore sessions, SessionCookie cookie, PlaceFinder places, Settings settings, TimeProvider time,
    RefusalFunnel funnel)
{
    public const string Mark = "risk";

    private readonly TimeSpan proofHolds = settings.Session.Security.Risk.StepUpLifetime;

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        if (CurrentSession.Of(context) is not { } current)
        {
            return Caller.Of(context) is null ? next(context) : WithoutSession(context);
        }

        var risk = Judge(context, current);
        if (risk.Action == RiskAction.End)
        {
            return EndAsync(context, current, risk);
        }

        var endpoint = context.GetEndpoint()?.Metadata;
        var byRisk = Demanded(risk.Action);
        if (byRisk == ProofLevel.Confirm && Caller.Of(context)?.KeyId is not null)
        {
            // Spec A9: a signature by a known key confirms as well as a password does.
            byRisk = ProofLevel.None;
        }

        var byRule = endpoint?.GetMetadata<ProofRule>()?.Level ?? ProofLevel.None;
        var needed = byRisk > byRule ? byRisk : byRule;
        if (needed == ProofLevel.SecondFactor && !current.User.SecondFactor)
        {
            // Who has none cannot show one; signing in again would ask for the password, and so does this.
            needed = ProofLevel.Password;
        }

        // What is open to everybody protects nothing from this one, and signing in anew is one of the ways out.
        return needed == ProofLevel.None || Holds(context, current.Session.Proof, needed)
            || endpoint?.GetMetadata<StepUpExempt>() is not null
            || endpoint?.GetMetadata<AccessRule>() is { Permission: null }
            ? next(context)
            : funnel.AnswerAsync(context, Challenge(needed, byRisk == ProofLevel.None ? null : risk));
    }

    // Signed, and without a session: there is nothing whose looks could have changed, and nothing that remembers proofs.
    private Task WithoutSession(HttpContext context)
    {
        var endpoint = context.GetEndpoint()?.Metadata;
        var needed = endpoint?.GetMetadata<AccessRule>() is { Permission: null } ? ProofLevel.None
            : endpoint?.GetMetadata<ProofRule>()?.Level ?? ProofLevel.None;
        return needed > ProofLevel.None ? funnel.AnswerAsync(context, Challenge(needed, null))
            : endpoint?.GetMetadata<SessionRule>() is not null ? funnel.AnswerAsync(context, SessionNeeded())
            : next(context);
    }

    private static Refusal SessionNeeded() =>
        Refusals.Unauthenticated("session_required", "This is about a session; sign in.");

    private RiskOutcome Judge(HttpContext context, CurrentSession current)
    {
        var session = current.Session;
        var address = context.Connection.RemoteIpAddress;
        var (absolute, idle) = sessions.Lifetime(session.Kind);
        return RiskAssessment.Judge(
            new SessionContext(
                session.Client.Ip, session.Client.UserAgent, session.Client.Place, session.CreatedAt, current.SeenAt, absolute, idle,
                session.Kind == SessionKind.Api),
            new RequestContext(
                address, Clients.UserAgentOf(context),
                address is null || address.Equals(session.Client.Ip) ? session.Client.Place : places.Find(address),
                time.GetUtcNow()),
            settings.Session.Security);
    }

    private static ProofLevel Demanded(RiskAction action) => action switch
    {
        RiskAction.Confirm => ProofLevel.Confirm,
        RiskAction.Reauthenticate => ProofLevel.Password,
        RiskAction.SecondFactor => ProofLevel.SecondFactor,
        _ => ProofLevel.None,
    };

    // A proof holds where it was given: taken along to another network or browser it says nothing.
    private bool Holds(HttpContext context, Proof proof, ProofLevel needed) =>
        proof.Level >= needed && time.GetUtcNow() - proof.At <= proofHolds && proof.Client.IsStill(context);

    /// <summary>RFC 9470 section 3: which proof, and how fresh.</summary>
    private Refusal Challenge(ProofLevel needed, RiskOutcome? risk)
    {
        var word = Word(needed);
        var maxAge = (long)proofHolds.TotalSeconds;
        return new Refusal(401, "step_up_required", "Confirm that it is you.")
        {
            Detail = risk is null
                ? $"This needs a fresh proof: {word}."
                : $"Needed: {word}. Noticed: {string.Join(", ", risk.Reasons.Select(r => r.Code))}.",
            PrivateReason = risk is null ? $"rule: {word}" : Told(risk),
            Event = risk is null ? null : "suspicious_activity",
            Headers = new Dictionary<string, string>
            {
                ["WWW-Authenticate"] =
                    $"Bearer error=\"insufficient_user_authentication\", error_description=\"A fresh proof is needed\", acr_values=\"urn:aicli:{word}\", max_age=\"{maxAge}\"",
            },
        };
    }

    private async Task EndAsync(HttpContext context, CurrentSession current, RiskOutcome risk)
    {
        await sessions.EndAsync(current.Session.UserId, current.Session.Id, SessionEnd.Risk, RequestOrigin.Of(context));
        await funnel.AnswerAsync(context, SessionGate.Over(SessionEnd.Risk, current.Session.Kind == SessionKind.Browser ? cookie : null) with
        {
            PrivateReason = Told(risk),
            Event = "suspicious_activity",
        });
    }

    private static string Told(RiskOutcome risk) =>
        $"{string.Join(", ", risk.Reasons.Select(r => $"{r.Code} (+{r.Score})"))}; in all {risk.Score}";

    private static string Word(ProofLevel level) => level switch
    {
        ProofLevel.Confirm => "confirm",
        ProofLevel.Password => "password",
        _ => "second_factor",
    };
}
