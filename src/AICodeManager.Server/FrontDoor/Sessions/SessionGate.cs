using AICodeManager.Server.FrontDoor.Identity;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>
/// What sessions ask in the admission exchange, and how they judge the answers: is the session alive, has its token been
/// revoked, and who is its user now. All of it lies in one shard, so it is one step.
/// </summary>
public sealed class SessionGate(StandingStore standings, SessionMemory memory, SessionCookie cookie, TimeProvider time)
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
            asked.Known.Outdate();
            return Over(SessionEnd.Expired, asked.Credential.Cookie is null ? null : cookie);
        }

        if (record.Ended is { } reason)
        {
            asked.Known.Outdate();
            return Over(reason, asked.Credential.Cookie is null ? null : cookie);
        }

        if (asked.Revoked is { Answer: true })
        {
            return Refusals.Unauthenticated("token_revoked", "The access token was revoked.");
        }

        var admitted = asked.Known.Match(record, asked.Standing.Answer);
        if (admitted is null)
        {
            var user = (asked.Standing.Answer is { } text ? UserStanding.FromText(text) : null)
                ?? await standings.LoadAsync(asked.Credential.UserId, cancel);
            if (user is null)
            {
                return Over(SessionEnd.Disabled, cookie);
            }

            if (Session.FromText(record.Data) is not { } session)
            {
                return Over(SessionEnd.Expired, asked.Credential.Cookie is null ? null : cookie);
            }

            admitted = new Admitted(record, asked.Standing.Answer, session, user);
        }

        if (Refuse(asked.Credential, admitted) is { } refusal)
        {
            return refusal;
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
            || Refuse(asked.Credential, admitted) is not null)
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

    private Refusal? Refuse(Credential credential, Admitted admitted)
    {
        var kind = credential.Cookie is null ? SessionKind.Api : SessionKind.Browser;
        if (admitted.Session.Kind != kind || credential.Cookie is { } ticket && !ticket.Matches(admitted.Session.SecretHash))
        {
            // An older cookie of a session that was renewed, or a cookie's session named by a token.
            return Forgetting(Refusals.Unauthenticated("session_invalid", "The session is not carried this way any more."), cookie);
        }

        return admitted.User.Disabled ? Over(SessionEnd.Disabled, cookie)
            : admitted.User.Epoch != admitted.Session.Epoch ? Over(SessionEnd.Ended, cookie)
            : null;
    }

    private static void Admit(HttpContext context, Admitted admitted)
    {
        context.Features.Set(admitted.Current);
        context.Features.Set(admitted.Caller);
    }
}
