using AICodeManager.Server.Ground;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>The cookie that carries a browser's sealed private key (spec B2): for our own pages only, seven days, never for scripts.</summary>
public sealed class KeyCookie(bool secure)
{
    /// <summary>How long a browser keeps it.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    /// <summary>RFC 6265bis section 4.1.3: the prefix makes browsers insist on Secure, path / and no domain.</summary>
    public string Name { get; } = secure ? "__Host-aicli_key" : "aicli_key";

    /// <summary>The <c>Set-Cookie</c> value that makes a browser forget it.</summary>
    public string Cleared => Header("", TimeSpan.Zero);

    /// <summary>The <c>Set-Cookie</c> value that makes a browser keep it.</summary>
    public string Kept(Secret value) => Header(value.Reveal(), MaxAge);

    /// <summary>The value that was sent: null for none, empty where several were, of which nobody knows whose they are.</summary>
    public string? In(IHeaderDictionary headers)
    {
        string? found = null;
        foreach (var line in headers.Cookie)
        {
            foreach (var pair in (line ?? "").Split(';'))
            {
                if (ValueOf(pair) is { } value)
                    found = found is null ? value : "";
            }
        }

        return found;
    }

    /// <summary>The header without this cookie; every other byte stays as it was.</summary>
    public StringValues Without(StringValues lines)
    {
        var kept = new List<string>();
        foreach (var line in lines)
        {
            var pairs = (line ?? "").Split(';').Where(pair => ValueOf(pair) is null).ToArray();
            if (string.Join(';', pairs).Trim() is { Length: > 0 } rest)
                kept.Add(rest);
        }

        return new StringValues([.. kept]);
    }

    private string? ValueOf(string pair)
    {
        var text = pair.AsSpan().Trim();
        return text.StartsWith(Name, StringComparison.Ordinal) && text.Length > Name.Length && text[Name.Length] == '='
            ? text[(Name.Length + 1)..].ToString()
            : null;
    }

    private string Header(string value, TimeSpan maxAge) => new SetCookieHeaderValue(Name, value)
    {
        HttpOnly = true, Secure = secure, SameSite = Microsoft.Net.Http.Headers.SameSiteMode.Strict, Path = "/", MaxAge = maxAge,
    }.ToString();
}
