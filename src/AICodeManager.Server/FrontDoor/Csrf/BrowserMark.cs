using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Csrf;

/// <summary>
/// 256 random bits by which a browser is known before it has a session. They grant nothing; tokens are bound to them. In a
/// cookie that no script reads and, by its prefix (RFC 6265bis section 4.1.3.2), no other host and no plain connection can
/// plant: else somebody could plant their own, with the token that belongs to it.
/// </summary>
public sealed class BrowserMark(CsrfSettings settings)
{
    private const int Bytes = 32;
    private static readonly int Length = Base64Url.GetEncodedLength(Bytes);

    public string Name { get; } = settings.SecureCookie ? "__Host-aicli_pre" : "aicli_pre";

    /// <summary>What the browser sent; null where that is none of ours.</summary>
    public string? In(HttpRequest request) =>
        request.Cookies[Name] is { } value && value.Length == Length && StrictBase64Url.Decode(value) is { Length: Bytes } ? value : null;

    /// <summary>Marks the browser, or prolongs its mark, so that tokens in other tabs stay good.</summary>
    public string Ensure(HttpContext context)
    {
        var value = In(context.Request) ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        context.Response.Cookies.Append(Name, value, new CookieOptions
        {
            HttpOnly = true, Secure = settings.SecureCookie, SameSite = SameSiteOf(settings), Path = "/", MaxAge = settings.TokenLifetime,
            IsEssential = true,
        });
        return value;
    }

    internal static SameSiteMode SameSiteOf(CsrfSettings settings) => settings.SameSite == "lax" ? SameSiteMode.Lax : SameSiteMode.Strict;
}
