using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Server.FrontDoor.Csrf.Proof;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Csrf;

/// <summary>
/// Refuses what another site's page made a browser send (spec A11). Stands behind identity, admission and risk, so that
/// only a proof that was accepted counts, never a header that looks like one.
/// </summary>
public sealed class CsrfLayer(RequestDelegate next, PageOrigins origins, PageTokens tokens, RefusalFunnel funnel)
{
    public const string Mark = "csrf";

    public Task InvokeAsync(HttpContext context)
    {
        RequestTrail.Of(context).Mark(Mark);
        // RFC 9110 section 9.2.1; TRACE is none of ours. What the router itself answers (404, 405) changes nothing.
        if (context.Request.Method is "GET" or "HEAD" or "OPTIONS" || context.GetEndpoint() is not RouteEndpoint endpoint)
            return next(context);
        var by = Carried(context);
        return by == CarriedBy.OwnProof || endpoint.Metadata.GetMetadata<CsrfExempt>() is not null
            ? next(context)
            : Judge(context, by, endpoint.Metadata.GetMetadata<AccessRule>() is { Permission: null });
    }

    private Task Judge(HttpContext context, CarriedBy by, bool open)
    {
        var standing = origins.StandingOf(context.Request);
        return CsrfTable.Judge(by, open, context.Request.Headers.Cookie.Count > 0, standing) switch
        {
            CsrfNeed.Nothing => next(context),
            CsrfNeed.AnotherOrigin => RefuseOtherAsync(context),
            CsrfNeed.SessionToken => ByTokenAsync(context, CurrentSession.Of(context)!.Session.Id, alsoOfBrowser: false),
            _ => ByTokenAsync(context, CurrentSession.Of(context)?.Session.Id, alsoOfBrowser: true),
        };
    }

    private Task RefuseOtherAsync(HttpContext context)
    {
        CausedByOthers.Say(context);
        return funnel.AnswerAsync(context, CsrfRefusals.AnotherOrigin(context.Request));
    }

    private async Task ByTokenAsync(HttpContext context, Guid? session, bool alsoOfBrowser)
    {
        var sent = await SentToken.ReadAsync(context.Request, context.RequestAborted);
        var reading = tokens.Read(context.Request, sent, session, alsoOfBrowser);
        if (reading == CsrfReading.Valid)
            await next(context);
        else
            await funnel.AnswerAsync(context, CsrfRefusals.NoToken(reading));
    }

    // Of two proofs the token or the signature decides: identity reads no cookie beside a token, and who signs has said so.
    private static CarriedBy Carried(HttpContext context) =>
        Credential.Of(context) is { Cookie: null } || SignedProof.Of(context) is not null ? CarriedBy.OwnProof
        : CurrentSession.Of(context) is not null ? CarriedBy.SessionCookie
        : CarriedBy.Nothing;
}
