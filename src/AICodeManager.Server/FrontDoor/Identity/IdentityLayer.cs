using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Identity;

/// <summary>
/// Reads the proofs a request carries. A signature comes first: broken, it is refused, and no token or cookie rescues the
/// request (spec section E). Of the others each scheme says yes, no or not mine; the first that does not say "not mine"
/// decides. A broken proof never falls back to another scheme or to being anonymous; no proof at all passes on, for Access
/// to judge.
/// </summary>
public sealed class IdentityLayer(
    RequestDelegate next, SignedRequests signatures, AccessTokens tokens, SessionTickets tickets, SessionCookie cookie, DeadTokens dead,
    RefusalFunnel funnel)
{
    public const string Mark = "identity";

    private const string Bearer = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        return SignedRequests.Claims(context) ? BySignatureAsync(context) : ReadRestAsync(context);
    }

    private async Task BySignatureAsync(HttpContext context)
    {
        if (await signatures.ReadAsync(context) is { } refusal)
        {
            await funnel.AnswerAsync(context, refusal);
            return;
        }

        await ReadRestAsync(context);
    }

    // What may stand alone, or beside a signature of the same account.
    private Task ReadRestAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return GoOn(context, ByCookie(context));
        }

        // RFC 9110 section 11.6.2: one field line; RFC 6750 section 2.1: the scheme is compared without case.
        if (header is not [{ } value] || !value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return funnel.AnswerAsync(context, Malformed());
        }

        // A network that makes tokens up is not served with the reading of them.
        if (dead.Judge(context) is { } full)
        {
            return funnel.AnswerAsync(context, full);
        }

        var reading = tokens.ReadAsync(value.AsMemory(Bearer.Length), context.RequestAborted);
        return reading.IsCompletedSuccessfully
            ? GoOnByBearer(context, reading.Result, value)
            : AwaitKeysAsync(context, reading, value);
    }

    private Task GoOnByBearer(HttpContext context, TokenReading reading, string header) =>
        reading.Token is null && reading.Fault != TokenFault.Expired
            ? ChargeAsync(context, reading, header)
            : GoOn(context, ByBearer(context, reading));

    // It never was good here.
    private async Task ChargeAsync(HttpContext context, TokenReading reading, string header)
    {
        await dead.ChargeAsync(context, header[Bearer.Length..]);
        await GoOn(context, ByBearer(context, reading));
    }

    // Another node may have made the key; this one has to look for it first.
    private async Task AwaitKeysAsync(HttpContext context, ValueTask<TokenReading> reading, string header) =>
        await GoOnByBearer(context, await reading, header);

    private Task GoOn(HttpContext context, Refusal? refusal)
    {
        if (refusal is null && SignedProof.Of(context) is { } proof && Credential.Of(context) is { } other && other.UserId != proof.Known.Row.UserId)
        {
            // Which of the two is meant nobody can tell. A browser forgets the session that it sent along, dead or alive.
            refusal = other.Cookie is null ? SignatureRefusals.Conflict() : SessionGate.Forgetting(SignatureRefusals.Conflict(), cookie);
        }

        return refusal is null ? next(context) : funnel.AnswerAsync(context, refusal);
    }

    private static Refusal? ByBearer(HttpContext context, TokenReading reading)
    {
        if (reading.Token is { } token)
        {
            context.Features.Set(new Credential(token.UserId, token.SessionId, token.TokenId, null));
            return null;
        }

        return reading.Fault switch
        {
            TokenFault.Malformed => Malformed(reading.PrivateReason),
            TokenFault.Expired => InvalidToken("token_expired", "The access token has expired.", reading.PrivateReason),
            _ => InvalidToken("token_invalid", "The access token is not valid here.", reading.PrivateReason),
        };
    }

    private Refusal? ByCookie(HttpContext context)
    {
        if (context.Request.Headers.Cookie.Count == 0 || context.Request.Cookies[cookie.Name] is not { Length: > 0 } value)
        {
            return null;
        }

        if (tickets.ReadCookie(value) is not { } ticket)
        {
            // Beside a right signature a cookie adds a session or nothing: browsers send what they were once given.
            return SignedProof.Of(context) is not null ? null : SessionGate.Forgetting(
                Refusals.Unauthenticated("session_invalid", "The session cookie is not one of this server."), cookie);
        }

        context.Features.Set(new Credential(ticket.UserId, ticket.SessionId, Guid.Empty, ticket));
        return null;
    }

    private static Refusal Malformed(string? why = null) =>
        InvalidToken("token_malformed", "The Authorization header is not one bearer token of this server.", why);

    // RFC 6750 section 3.1.
    private static Refusal InvalidToken(string code, string title, string? why) =>
        Refusals.Unauthenticated(code, title, why)
            with { Headers = new Dictionary<string, string> { ["WWW-Authenticate"] = "Bearer error=\"invalid_token\"" } };
}
