using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.FrontDoor.Csrf.Proof;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Csrf;

/// <summary>
/// Tokens for pages. One is bound to the session or, before there is any, to the browser (<see cref="BrowserMark"/>), so
/// that nobody gets one that is good in somebody else's browser (login CSRF included).
/// </summary>
/// <remarks>
/// The cookie <c>_csrf</c> carries the token to scripts and is never read here: that header and cookie are equal would
/// prove nothing where a neighbouring subdomain can write cookies.
/// </remarks>
public sealed class PageTokens(CsrfSettings settings, BrowserMark mark, TimeProvider time)
{
    public const string CookieName = "_csrf";

    private readonly CsrfTokens tokens = new(
        [.. settings.PreviousSecretKeys.Prepend(settings.SecretKey).Select(secret => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret.Reveal()), HMACSHA256.HashSizeInBytes, info: "aicli csrf v1"u8.ToArray()))],
        settings.TokenLifetime, time);

    public TimeSpan Lifetime => tokens.Lifetime;

    /// <summary>A token for a session's requests.</summary>
    public string ForSession(Guid session) => tokens.Issue(Binding(session));

    /// <summary>A token for signing in and the like from this browser, which is marked where it was not yet.</summary>
    public string ForBrowser(HttpContext context) => tokens.Issue(Binding(mark.Ensure(context)));

    /// <summary>Gives a token to the page's scripts.</summary>
    public void Show(HttpContext context, string token)
    {
        context.Response.Headers[SentToken.Header] = token;
        context.Response.Cookies.Append(CookieName, token, new CookieOptions
        {
            Secure = settings.SecureCookie, SameSite = BrowserMark.SameSiteOf(settings), Path = "/", MaxAge = Lifetime, IsEssential = true,
        });
    }

    /// <summary>When a token that is made now ends.</summary>
    public DateTimeOffset EndsAt() => time.GetUtcNow() + Lifetime;

    /// <param name="session">The session that the request is in; null for none.</param>
    /// <param name="alsoOfBrowser">Whether a token of this browser does as well.</param>
    public CsrfReading Read(HttpRequest request, string sent, Guid? session, bool alsoOfBrowser)
    {
        var reading = session is { } id ? tokens.Read(sent, Binding(id)) : CsrfReading.Forged;
        if (reading != CsrfReading.Forged || !alsoOfBrowser)
            return reading;
        // Without a mark the token may still be missing or none, which is what its sender is told.
        return tokens.Read(sent, mark.In(request) is { } known ? Binding(known) : []);
    }

    private static byte[] Binding(Guid session) => [.. "session "u8, .. session.ToByteArray(bigEndian: true)];

    private static byte[] Binding(string mark) => [.. "browser "u8, .. Encoding.ASCII.GetBytes(mark)];
}
