using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;

/// <summary>
/// Ties a flow to the browser that began it, so that nobody can have another person's browser finish it (login CSRF,
/// RFC 6749 section 10.12, RFC 9700 section 4.7). The cookie holds a random value and grants nothing by itself.
/// </summary>
/// <remarks><c>Lax</c>, because the provider's redirect back is a cross-site navigation and a <c>Strict</c> cookie would be missing.</remarks>
public sealed class BrowserBinding(Settings settings)
{
    private readonly bool secure = settings.Session.Security.SecureCookie;

    /// <summary>RFC 6265bis section 4.1.3.2: no other host and no plain connection can plant this name.</summary>
    public string Name => secure ? "__Host-aicli_oauth" : "aicli_oauth";

    /// <summary>Gives the browser its value, or prolongs the one it has, so that two tabs may be on their way.</summary>
    /// <returns>What the flow keeps.</returns>
    public string Bind(HttpContext context)
    {
        var value = context.Request.Cookies[Name] is { } known && SingleUse.IsWellFormed(known) ? known : SingleUse.NewHandle();
        context.Response.Cookies.Append(Name, value, new CookieOptions
        {
            HttpOnly = true,
            Secure = secure,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            IsEssential = true,
            MaxAge = SingleUse.Lifetime,
        });
        return HashOf(value);
    }

    /// <summary>Whether this is the browser; compared in constant time.</summary>
    public bool Holds(HttpContext context, string binding) =>
        context.Request.Cookies[Name] is { } value
        && SingleUse.IsWellFormed(value)
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(value)), Encoding.ASCII.GetBytes(binding));

    private static string HashOf(string value) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(value)));
}
