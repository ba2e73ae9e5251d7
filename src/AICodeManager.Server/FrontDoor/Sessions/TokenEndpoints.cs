using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Refresh, sign out, revoke one token.</summary>
public static class TokenEndpoints
{
    // Longer than a busy database keeps a reader waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);

    public sealed record RefreshRequest(string RefreshToken);

    public sealed record RevokeRequest(string Token);

    public sealed record RefreshAnswer(string AccessToken, string TokenType, long ExpiresIn, string RefreshToken);

    public static void MapTokenRoutes(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth");
        auth.MapPost("/refresh", RefreshAsync).OpenToAll().Carries(FieldKind.Secret, "refresh_token")
            .ExemptFromCsrf("It reads no cookie and sets none: who sends the refresh token in the body has it.");
        auth.MapPost("/logout", LogoutAsync).NeedsSignIn().NeedsSession().AllowedDuringStepUp();
        auth.MapPost("/revoke", RevokeAsync).NeedsSignIn().NeedsSession().Carries(FieldKind.Secret, "token");
    }

    internal static async Task<IResult> RefreshAsync(
        RefreshRequest body, HttpContext context, RequestOrigin origin, RefreshTokens refresh, SessionTickets tickets,
        AccessTokenIssue accessTokens, DeadTokens dead, AuditTrail audit)
    {
        if (dead.Judge(context) is { } full)
        {
            return full;
        }

        // Not the request's own token: an exchange that happened is told to the audit, whoever is there to hear the answer.
        using var bound = new CancellationTokenSource(Patience);
        var exchanged = await refresh.ExchangeAsync(body.RefreshToken, context, bound.Token);
        if (exchanged is not { Successor: { } successor, User: { } user })
        {
            if (exchanged.Refused == RefreshTokens.Invalid)
            {
                await dead.ChargeAsync(context, body.RefreshToken);
            }

            // One public answer: what was wrong with a stolen token is the owner's and the audit's to know.
            return Refusals.Unauthenticated(
                "invalid_refresh_token", "The refresh token is not valid; sign in again.", exchanged.Refused);
        }

        var (token, lifetime) = accessTokens.For(user, successor.SessionId, exchanged.EndsAt);
        await audit.RecordDoneAsync(origin, new AuditEvent("token_refresh") { ActorId = user.Id }.On("session", successor.SessionId));
        return TypedResults.Json(
            new RefreshAnswer(token.Reveal(), "Bearer", (long)lifetime.TotalSeconds, tickets.Refresh(successor).Reveal()),
            WireJson.Options);
    }

    internal static async Task<IResult> LogoutAsync(
        HttpContext context, CurrentSession current, RequestOrigin origin, SessionStore sessions, SessionCookie cookie, AuditTrail audit)
    {
        await sessions.EndAsync(current.Session.UserId, current.Session.Id, SessionEnd.SignedOut, origin);
        await audit.RecordDoneAsync(origin, new AuditEvent("logout").On("session", current.Session.Id));
        if (current.Session.Kind == SessionKind.Browser)
        {
            cookie.Clear(context);
        }

        return TypedResults.NoContent();
    }

    /// <summary>RFC 7009 in spirit: one's own access token dies, or the session of one's own refresh token; unknown tokens are none.</summary>
    internal static async Task<IResult> RevokeAsync(
        RevokeRequest body, CurrentSession current, RequestOrigin origin, AccessTokens tokens, SessionTickets tickets,
        SessionStore sessions)
    {
        var user = current.Session.UserId;
        if (tickets.ReadRefresh(body.Token) is { } ticket && ticket.UserId == user)
        {
            await sessions.EndAsync(user, ticket.SessionId, SessionEnd.Ended, origin);
        }
        else if (tokens.Read(body.Token) is { Token: { } token } && token.UserId == user)
        {
            await sessions.RevokeTokenAsync(token, origin);
        }

        return TypedResults.NoContent();
    }
}
