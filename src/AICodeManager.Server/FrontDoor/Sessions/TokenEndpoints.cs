using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Refresh, sign out, revoke one token.</summary>
public static class TokenEndpoints
{
    public sealed record RefreshRequest(string RefreshToken);

    public sealed record RevokeRequest(string Token);

    public sealed record RefreshAnswer(string AccessToken, string TokenType, long ExpiresIn, string RefreshToken);

    public static void MapTokenRoutes(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth");
        auth.MapPost("/refresh", RefreshAsync).OpenToAll();
        auth.MapPost("/logout", LogoutAsync).NeedsSignIn().AllowedDuringStepUp();
        auth.MapPost("/revoke", RevokeAsync).NeedsSignIn();
    }

    private static async Task<IResult> RefreshAsync(
        RefreshRequest body, HttpContext context, RequestOrigin origin, RefreshTokens refresh, SessionTickets tickets,
        AccessTokenIssue accessTokens, AuditTrail audit, CancellationToken cancel)
    {
        var exchanged = await refresh.ExchangeAsync(body.RefreshToken, context, cancel);
        if (exchanged is not { Successor: { } successor, User: { } user })
        {
            // One public answer: what was wrong with a stolen token is the owner's and the audit's to know.
            return Refusals.Unauthenticated(
                "invalid_refresh_token", "The refresh token is not valid; sign in again.", exchanged.Refused);
        }

        var (token, lifetime) = accessTokens.For(user, successor.SessionId, exchanged.EndsAt);
        await audit.RecordAsync(
            origin, new AuditEvent("token_refresh") { ActorId = user.Id }.On("session", successor.SessionId), cancel);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new RefreshAnswer(token.Reveal(), "Bearer", (long)lifetime.TotalSeconds, tickets.Refresh(successor).Reveal()),
            WireJson.Options);
    }

    private static async Task<IResult> LogoutAsync(
        HttpContext context, CurrentSession current, RequestOrigin origin, SessionStore sessions, SessionCookie cookie,
        AuditTrail audit, CancellationToken cancel)
    {
        await sessions.EndAsync(current.Session.UserId, current.Session.Id, SessionEnd.SignedOut, origin, cancel);
        await audit.RecordAsync(origin, new AuditEvent("logout").On("session", current.Session.Id), cancel);
        if (current.Session.Kind == SessionKind.Browser)
        {
            cookie.Clear(context);
        }

        return TypedResults.NoContent();
    }

    /// <summary>RFC 7009 in spirit: one's own access token dies, or the session of one's own refresh token; unknown tokens are none.</summary>
    private static async Task<IResult> RevokeAsync(
        RevokeRequest body, CurrentSession current, RequestOrigin origin, AccessTokens tokens, SessionTickets tickets,
        SessionStore sessions, AuditTrail audit, CancellationToken cancel)
    {
        var user = current.Session.UserId;
        if (tickets.ReadRefresh(body.Token) is { } ticket && ticket.UserId == user)
        {
            await sessions.EndAsync(user, ticket.SessionId, SessionEnd.Ended, origin, cancel);
        }
        else if (tokens.Read(body.Token) is { Token: { } token } && token.UserId == user)
        {
            await sessions.RevokeTokenAsync(user, token.TokenId, token.ExpiresAt, cancel);
            await audit.RecordAsync(origin, new AuditEvent("token_revoked").On("session", token.SessionId), cancel);
        }

        return TypedResults.NoContent();
    }
}
