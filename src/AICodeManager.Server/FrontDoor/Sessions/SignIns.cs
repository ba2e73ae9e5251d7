using System.Text.Json.Serialization;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Opens sessions for people whose proof was accepted, and answers them as the contract says.</summary>
public sealed class SignIns(
    SessionStore sessions, SessionTickets tickets, SessionCookie cookie, AccessTokenIssue accessTokens, Clients clients, TimeProvider time)
{
    private const int Races = 4;

    /// <summary>RFC 6749 section 5.1, with the account beside it.</summary>
    public sealed record TokenAnswer(string AccessToken, string TokenType, long ExpiresIn, string RefreshToken, object User)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<EndedSession>? EndedSessions { get; init; }
    }

    public sealed record BrowserAnswer(object User)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<EndedSession>? EndedSessions { get; init; }
    }

    /// <summary>The notice that a session had to make room.</summary>
    public sealed record EndedSession(Guid Id, string Reason, DateTimeOffset CreatedAt, string? Address, string? UserAgent);

    /// <summary>Opens a session and gives the answer of <c>POST /auth/login</c>.</summary>
    /// <param name="userView">What the answer shows as <c>user</c>.</param>
    /// <param name="method">How the person signed in, for the audit and the list of sessions.</param>
    public async Task<IResult> AnswerAsync(
        HttpContext context, UserStanding user, object userView, SessionKind kind, ProofLevel proved, string method, CancellationToken cancel)
    {
        if (kind == SessionKind.Browser)
        {
            var ended = await OpenBrowserAsync(context, user, proved, method, cancel);
            return TypedResults.Json(new BrowserAnswer(userView) { EndedSessions = NoticeOf(ended) }, WireJson.Options);
        }

        var (ticket, endsAt, evicted) = await OpenAsync(context, user, kind, proved, method, cancel);
        var (token, lifetime) = accessTokens.For(user, ticket.SessionId, endsAt);
        return TypedResults.Json(
            new TokenAnswer(token.Reveal(), "Bearer", (long)lifetime.TotalSeconds, tickets.Refresh(ticket).Reveal(), userView)
            {
                EndedSessions = NoticeOf(evicted),
            }, WireJson.Options);
    }

    /// <summary>Opens a browser session and sets its cookie; the caller writes the body.</summary>
    public async Task<IReadOnlyList<Session>> OpenBrowserAsync(
        HttpContext context, UserStanding user, ProofLevel proved, string method, CancellationToken cancel)
    {
        var (ticket, endsAt, evicted) = await OpenAsync(context, user, SessionKind.Browser, proved, method, cancel);
        cookie.Set(context, tickets.Cookie(ticket), endsAt);
        return evicted;
    }

    /// <summary>
    /// After a change of privilege: the request's own session takes the user's new epoch and, carried by a cookie, a new
    /// secret, so that whoever knew the old cookie has nothing (OWASP session management, renewal after privilege change).
    /// </summary>
    /// <param name="proved">What was proved just now; null leaves the session's proof as it is.</param>
    /// <returns>False when the session was changed or ended meanwhile; then it is over.</returns>
    public Task<bool> RenewAsync(HttpContext context, UserStanding user, ProofLevel? proved, CancellationToken cancel) =>
        RenewAsync(context, user, proved, reserved: 0, cancel);

    /// <param name="reserved">Attempts that this very proof took before it was looked at.</param>
    internal async Task<bool> RenewAsync(
        HttpContext context, UserStanding user, ProofLevel? proved, int reserved, CancellationToken cancel)
    {
        var current = CurrentSession.Of(context) ?? throw new InvalidOperationException("There is no session to renew.");
        for (var round = 0; round < Races; round++)
        {
            // Read anew: the endpoint, or a request beside this one, may have changed it since admission looked.
            if (await sessions.ReadAsync(current.Session.UserId, current.Session.Id, cancel) is not { Ended: null } record
                || sessions.Open(current.Session.UserId, record) is not { } session)
            {
                return false;
            }

            var ticket = session.Kind == SessionKind.Browser ? SessionTickets.New(session.UserId, session.Id) : null;
            var renewed = session with
            {
                Epoch = user.Epoch,
                SecretHash = ticket?.SecretHash ?? session.SecretHash,
                Proof = proved is { } level ? new Proof(level, time.GetUtcNow(), clients.Of(context)) : session.Proof,
                FailedProofs = Forgives(user, proved) ? 0 : Math.Max(0, session.FailedProofs - reserved),
            };
            if (await sessions.ReplaceAsync(renewed, record.Version, extend: false, cancel))
            {
                if (ticket is not null)
                {
                    cookie.Set(context, tickets.Cookie(ticket), record.EndsAt);
                }

                return true;
            }
        }

        return false;
    }

    private async Task<(SessionTicket Ticket, DateTimeOffset EndsAt, IReadOnlyList<Session> Evicted)> OpenAsync(
        HttpContext context, UserStanding user, SessionKind kind, ProofLevel proved, string method, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var client = clients.Of(context);
        var ticket = SessionTickets.New(user.Id, Guid.CreateVersion7(now));
        var session = new Session
        {
            Id = ticket.SessionId,
            UserId = user.Id,
            Kind = kind,
            Epoch = user.Epoch,
            CreatedAt = now,
            Method = method,
            Client = client,
            Proof = new Proof(proved, now, client),
            SecretHash = ticket.SecretHash,
        };
        var signedIn = new AuditEvent("login")
        {
            ActorId = user.Id,
            Details = new Dictionary<string, object?> { ["session"] = session.Id, ["kind"] = kind, ["method"] = method },
        }.On("user", user.Id);
        var (endsAt, evicted) = await sessions.OpenAsync(session, RequestOrigin.Of(context), signedIn, cancel);
        return (ticket, endsAt, evicted);
    }

    // Only the best proof that the account has forgives the wrong ones before it: else somebody who knows the password
    // would guess codes for ever, with the right password now and then.
    private static bool Forgives(UserStanding user, ProofLevel? proved) =>
        proved == ProofLevel.SecondFactor || (proved is not null && !user.SecondFactor);

    private static EndedSession[]? NoticeOf(IReadOnlyList<Session> evicted) => evicted.Count == 0
        ? null
        : [.. evicted.Select(s => new EndedSession(s.Id, SessionEnd.Limit, s.CreatedAt, s.Client.Address, s.Client.UserAgent))];
}
