using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AICodeManager.Server.FrontDoor.Csrf;

/// <summary>Where pages get their token (spec E): in the body, in a header, and in a cookie that scripts read.</summary>
public static class CsrfEndpoints
{
    public const string Path = "/api/v1/csrf";

    /// <param name="CsrfToken">For the header <c>X-CSRF-Token</c> or the form field <c>_csrf_token</c>.</param>
    public sealed record TokenAnswer(string CsrfToken, DateTimeOffset ExpiresAt);

    public static void MapCsrf(this IEndpointRouteBuilder api) => api.MapGet("/csrf", Issue).OpenToAll();

    // Whoever has only a bearer token or a signature needs none, and gets the browser's.
    internal static JsonHttpResult<TokenAnswer> Issue(HttpContext context, PageTokens tokens)
    {
        var session = Credential.Of(context) is { Cookie: not null } ? CurrentSession.Of(context)?.Session.Id : null;
        var token = session is { } id ? tokens.ForSession(id) : tokens.ForBrowser(context);
        tokens.Show(context, token);
        return TypedResults.Json(new TokenAnswer(token, tokens.EndsAt()), WireJson.Options);
    }
}
