using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Identity;

/// <summary>
/// Reads the proof a request carries, by computation alone. A broken proof is refused at once and never falls back
/// to being anonymous; no proof at all passes on, for Access to judge.
/// </summary>
public sealed class IdentityLayer(RequestDelegate next, RefusalFunnel funnel)
{
    public const string Mark = "identity";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return next(context);
        }

        // RFC 9110 section 11.6.2: one field line; RFC 6750 section 2.1: the scheme is compared without case.
        if (header is not [{ } value]
            || !value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            || !BearerToken.IsWellFormed(value["Bearer ".Length..]))
        {
            return funnel.AnswerAsync(context, Refusals.Unauthenticated(
                "token_malformed", "The Authorization header is not one bearer token of this server."));
        }

        context.Features.Set(new Credential(BearerToken.HashOf(new Secret(value["Bearer ".Length..]))));
        return next(context);
    }
}
