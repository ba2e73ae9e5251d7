using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>
/// What sessions ask in the admission exchange, and how they judge the answers: is the session alive, has its token been
/// revoked, and who is its user now. All of it lies in one shard, so it is one step.
/// </summary>
public sealed class SessionGate(StandingStore standings, ISessionForm form, SessionMemory memory, SessionCookie cookie, TimeProvider time)
{
    /// <summary>The questions of one request.</summary>
    public sealed class Asked
    {
        public Asked(KnownSession known, Credential credential)
        {
            (Known, Credential) = (known, credential);
            var last = known.Last;
            Touch = new(known.Shard, known.Key) { Known = last?.Record };
            Standing = new(known.Shard, StandingStore.FactKey) { Known = last?.Fact is { } fact ? (last.User.Version, fact) : null };
            Questions = credential.Cookie is null
                ? [Touch, Standing, Revoked = new(known.Shard, known.RevokedKeyOf(credential.TokenId))]
                : [Touch, Standing];
        }

        public KnownSession Known { get; }
        public Credential Credential { get; }
        public TouchRecord Touch { get; }
        public ReadFact Standing { get; }
        public IsMarked? Revoked { get; }
        public Question[] Questions { get; }
    }

    public Asked Ask(Credential credential) => new(memory.Of(credential.UserId, credential.SessionId), credential);

    /// <summary>Judges the answers; null admits, with <see cref="CurrentSession"/> and <see cref="Caller"/> set.</summary>
    public async ValueTask<Refusal?> JudgeAsync(HttpContext context, Asked asked, CancellationToken cancel)
    {
        if (asked.Touch.Answer is not { } record)
        {
            return Gone(asked, SessionEnd.Expired);
        }

        if (record.Ended is { } reason)
        {
            return Gone(asked, reason);
        }

        if (asked.Revoked is { Answer: true })
        {
            asked.Known.Outdate();
            return Refusals.Unauthenticated("token_revoked", "The access token was revoked.");
        }

        var admitted = asked.Known.Match(record, asked.Standing.Answer);
        if (admitted is null)
        {
            var user = (asked.Standing.Answer is { } text ? standings.Open(asked.Credential.UserId, text) : null)
                ?? await standings.LoadAsync(asked.Credential.UserId, cancel);
            if (user is null)
            {
                return Gone(asked, SessionEnd.Disabled);
            }

            if (form.Read(asked.Credential.UserId, record) is not { } session)
            {
                return Gone(asked, SessionEnd.Expired);
            }

            admitted = new Admitted(record, asked.Standing.Answer, session, user);
        }

        if (!IsCarriedBy(asked.Credential, admitted.Session))
        {
            return NotCarried();
        }

        if (WhyOver(admitted) is { } over)
        {
            return Gone(asked, over);
        }

        asked.Known.Remember(admitted, asked.Credential.TokenId, time.GetTimestamp());
        Admit(context, admitted);
        return null;
    }

    /// <summary>
    /// While the store is away, a reading request may go on with what was known at most <see cref="SessionMemory.Trust"/>
    /// ago of the very same token; null when there is nothing of that kind.
    /// </summary>
    public bool TryAdmitFromMemory(HttpContext context, Asked asked)
    {
        var now = time.GetUtcNow();
        if (asked.Known.Recall(asked.Credential.TokenId, time) is not { } admitted
            || now >= admitted.Record.EndsAt
            || now - admitted.Record.SeenAt >= admitted.Record.Idle
            || !IsCarriedBy(asked.Credential, admitted.Session)
            || WhyOver(admitted) is not null)
        {
            return false;
        }

        Admit(context, admitted);
        return true;
    }

    /// <summary>The refusal of a session that is over; a browser forgets its cookie with it.</summary>
    internal static Refusal Over(string reason, SessionCookie? cookie) =>
        cookie is null ? Refusals.SessionEnded(reason) : Forgetting(Refusals.SessionEnded(reason), cookie);

    internal static Refusal Forgetting(Refusal refusal, SessionCookie cookie) => refusal with
    {
        Headers = new Dictionary<string, string>(refusal.Headers ?? new Dictionary<string, string>()) { ["Set-Cookie"] = cookie.Cleared },
    };

    // What is over here is not to be let in from memory either, should the store go away next.
    private Refusal Gone(Asked asked, string reason)
    {
        asked.Known.Outdate();
        return Over(reason, asked.Credential.Cookie is null ? null : cookie);
    }

    /// <summary>False for an older cookie of a session that was renewed, and for a cookie's session that a token names.</summary>
    private static bool IsCarriedBy(Credential credential, Session session) => credential.Cookie is { } ticket
        ? session.Kind == SessionKind.Browser && ticket.Matches(session.SecretHash)
        : session.Kind == SessionKind.Api;

    // Without telling the browser to forget its cookie: by now that may be the newer one, set while this was on its way.
    private static Refusal NotCarried() =>
        Refusals.Unauthenticated("session_invalid", "The session is not carried this way any more.");

    private static string? WhyOver(Admitted admitted) =>
        admitted.User.Disabled ? SessionEnd.Disabled
        : admitted.User.Epoch != admitted.Session.Epoch ? SessionEnd.Ended
        : null;

    private static void Admit(HttpContext context, Admitted admitted)
    {
        context.Features.Set(admitted.Current);
        context.Features.Set(admitted.Caller);
    }
}
