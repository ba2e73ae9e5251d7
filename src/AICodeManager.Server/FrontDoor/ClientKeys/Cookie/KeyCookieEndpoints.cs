using System.Text.Json.Serialization;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>What a page asks about the key that it cannot see: which one it is, the token to send with it, a new one, none.</summary>
public static class KeyCookieEndpoints
{
    public const string Path = "/bff/key";

    private const string Guarded = "KeyCookieGuard demands an exact origin and, where there is a key, its own token.";

    /// <param name="CsrfToken">For the header <c>X-CSRF-Token</c> of everything that changes something; good for a day.</param>
    public sealed record KeyAnswer(
        Guid KeyId, [property: JsonConverter(typeof(JsonStringEnumConverter<CookieKeyKind>))] CookieKeyKind Algorithm,
        DateTimeOffset ExpiresAt, string CsrfToken);

    public static void MapKeyCookie(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, Show).OpenToAll();
        routes.MapPost(Path, EnrolAsync).OpenToAll().ExemptFromCsrf(Guarded);
        routes.MapDelete(Path, ForgetAsync).OpenToAll().ExemptFromCsrf(Guarded);
    }

    internal static IResult Show(HttpContext context, KeyCookieReader reader, KeyCookieGuard guard, KeyCookie cookie)
    {
        using var asked = reader.Read(context.Request);
        if (asked.Key is { } key)
            return Answer(key.Head, guard);
        return asked.Refused ?? None(asked, cookie);
    }

    internal static async Task<IResult> EnrolAsync(
        HttpContext context, KeyCookieReader reader, KeyCookieGuard guard, KeyCookie cookie, KeyCookieEnrolment enrolment,
        KeyCookieSession session, CancellationToken cancel)
    {
        if (guard.JudgeEnrolment(context.Request) is { } refusal)
            return refusal;
        using var asked = reader.Read(context.Request);
        if (asked.Refused is { } refused)
            return refused;
        if (context.Request.Cookies[session.CookieName] is not { Length: > 0 } value)
            return Refusals.Unauthenticated("authentication_required", "Sign in first: a key belongs to a session.");

        var enrolled = await enrolment.EnrolAsync(context, value, asked.Key, cancel);
        if (enrolled.Head is not { } head)
            return enrolled.Refused!;
        if (enrolled.SetCookie is { } made)
            context.Response.Headers.Append(HeaderNames.SetCookie, made);
        return Answer(head, guard);
    }

    internal static async Task<IResult> ForgetAsync(
        HttpContext context, KeyCookieReader reader, KeyCookie cookie, IKeyAuthority authority, CancellationToken cancel)
    {
        using var asked = reader.Read(context.Request);
        if (asked.Refused is { } refused)
            return refused;
        if (asked.Key is not { } key)
            return None(asked, cookie);

        // The cookie stays until the key is dead: a key that nobody has, but that lives, could not be ended from here.
        if (await authority.RevokeAsync(context, key, cancel) is { } failed)
            return failed;
        context.Response.Headers.Append(HeaderNames.SetCookie, cookie.Cleared);
        return TypedResults.NoContent();
    }

    private static JsonHttpResult<KeyAnswer> Answer(KeyCookieHead head, KeyCookieGuard guard) => TypedResults.Json(
        new KeyAnswer(head.KeyId, head.Kind, head.ExpiresAt, guard.TokenFor(head.KeyId)), WireJson.Options);

    private static Refusal None(KeyCookieRequest asked, KeyCookie cookie) =>
        new(404, "no_cookie_key", "This browser holds no key of this server.")
        {
            Headers = asked.Unusable ? new Dictionary<string, string> { ["Set-Cookie"] = cookie.Cleared } : null,
        };
}
