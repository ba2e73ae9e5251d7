using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Configuration;
using Microsoft.Net.Http.Headers;
using SameSiteMode = Microsoft.Net.Http.Headers.SameSiteMode;

namespace AICodeManager.Server.FrontDoor.Accounts.Lockout;

/// <summary>A device that has signed in to an account before.</summary>
/// <param name="Id">128 random bits in base64url.</param>
public sealed record KnownDevice(string Id);

/// <summary>
/// Device cookies (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): who has signed in from a device
/// keeps a way in that strangers cannot lock. A token proves no identity, it only chooses the counter of failures.
/// </summary>
/// <remarks>It is bound to the account and to its password: a new password makes every device a stranger.</remarks>
public sealed class KnownDevices(LockoutKeys keys, Settings settings, TimeProvider time)
{
    /// <summary>For clients without cookies: they send it back as <c>device</c>.</summary>
    public const string Header = "X-Device-Token";

    private const int IdBytes = 16;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private static readonly int IdLength = Base64Url.GetEncodedLength(IdBytes);
    private static readonly int MacLength = Base64Url.GetEncodedLength(HMACSHA256.HashSizeInBytes);

    private readonly bool secure = settings.Session.Security.SecureCookie;

    public string CookieName => secure ? "__Host-aicli_device" : "aicli_device";

    /// <summary>The device that sends this request, if it is known to the account; does the same work without an account.</summary>
    /// <param name="sent">What the body says; the cookie where it says nothing.</param>
    public KnownDevice? Recognise(HttpContext context, string? sent, Account? account)
    {
        var token = sent ?? context.Request.Cookies[CookieName];
        if (token?.Split('.', 4) is not [var id, var ends, var mac]
            || id.Length != IdLength || mac.Length != MacLength || ends.Length > 12
            || !long.TryParse(ends, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return null;
        }

        var right = CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(mac), Encoding.ASCII.GetBytes(MacOf(account ?? new Account(), id, seconds)));
        return right && account is not null && seconds > time.GetUtcNow().ToUnixTimeSeconds() ? new KnownDevice(id) : null;
    }

    /// <summary>Makes the device known, for a year from now.</summary>
    /// <param name="before">What it was known as; null for a new device.</param>
    /// <param name="client">A browser is told by the cookie alone: a header is what the scripts of a page can read.</param>
    public void Remember(HttpContext context, Account account, KnownDevice? before, SessionKind client)
    {
        var id = before?.Id ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        var ends = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        var token = $"{id}.{ends.ToUnixTimeSeconds()}.{MacOf(account, id, ends.ToUnixTimeSeconds())}";
        if (client == SessionKind.Api)
        {
            context.Response.Headers[Header] = token;
        }

        context.Response.Headers.Append(HeaderNames.SetCookie, new SetCookieHeaderValue(CookieName, token)
        {
            HttpOnly = true, Secure = secure, SameSite = SameSiteMode.Strict, Path = "/", Expires = ends,
        }.ToString());
    }

    private string MacOf(Account account, string id, long ends) =>
        Base64Url.EncodeToString(keys.MacOfDevice($"{account.Id:N}\n{account.PasswordHash}\n{id}\n{ends}"));
}
