using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using Microsoft.Net.Http.Headers;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>The cookie of a browser session (spec A8).</summary>
public sealed class SessionCookie
{
    private readonly bool secure;
    private readonly SameSiteMode sameSite;

    public SessionCookie(Settings settings)
    {
        secure = settings.Session.Security.SecureCookie;
        sameSite = settings.Session.Security.SameSite == "lax" ? SameSiteMode.Lax : SameSiteMode.Strict;
        Name = NameOf(secure);
        Cleared = Header("", DateTimeOffset.UnixEpoch);
    }

    public string Name { get; }

    // RFC 6265bis section 4.1.3: the prefix makes browsers insist on Secure, path / and no domain.
    public static string NameOf(bool secure) => secure ? "__Host-aicli_session" : "aicli_session";

    /// <summary>The <c>Set-Cookie</c> value that makes a browser forget it.</summary>
    public string Cleared { get; }

    public void Set(HttpContext context, Secret value, DateTimeOffset endsAt) =>
        context.Response.Headers.Append(HeaderNames.SetCookie, Header(value.Reveal(), endsAt));

    public void Clear(HttpContext context) => context.Response.Headers.Append(HeaderNames.SetCookie, Cleared);

    private string Header(string value, DateTimeOffset expires) => new SetCookieHeaderValue(Name, value)
    {
        HttpOnly = true, Secure = secure, SameSite = sameSite, Path = "/", Expires = expires,
    }.ToString();
}
