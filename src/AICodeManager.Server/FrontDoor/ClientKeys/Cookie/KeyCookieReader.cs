using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>
/// What a request's key cookie comes to. At most one of <see cref="Refused"/> and <see cref="Key"/> is set; neither
/// where there is no cookie, or one that is none.
/// </summary>
public sealed class KeyCookieRequest : IDisposable
{
    /// <summary>The request must not be served.</summary>
    public Refusal? Refused { get; init; }

    /// <summary>The key to sign with.</summary>
    public OpenKey? Key { get; init; }

    /// <summary>A cookie came that the browser had better forget.</summary>
    public bool Unusable { get; init; }

    /// <summary>The API refused the key: the browser must not come with it again.</summary>
    public bool Rejected { get; private set; }

    /// <summary>Notes a refusal of the signed request by its code.</summary>
    public void Refuse(string? code) =>
        Rejected |= Key is not null && code is ("key_revoked" or "signature_invalid" or "credential_conflict");

    public void Dispose() => Key?.Dispose();
}

/// <summary>Reads key cookies in the one order that is safe: form, origin and token, and only then the seal.</summary>
public sealed class KeyCookieReader(KeyCookie cookie, KeyCookieSeal seal, OpenedKeys opened, KeyCookieGuard guard)
{
    /// <summary>Everything below it is signed; what lies elsewhere are pages and documents, open to all.</summary>
    public static readonly PathString Api = "/api/v1";

    /// <summary>The key for a request, which the caller gives back by disposing.</summary>
    public KeyCookieRequest Read(HttpRequest request)
    {
        if (cookie.In(request.Headers) is not { } value)
            return new();
        if (seal.Read(value) is not { } text)
            return new() { Unusable = true };
        if (guard.Judge(request, text.Head) is { } refused)
            return new() { Refused = refused };
        return opened.Open(text) is { } key ? new() { Key = key } : new() { Unusable = true };
    }

    /// <summary>Whether the key in a cookie signs this request: it goes to the API, and no key of the page's own has signed it.</summary>
    public static bool IsToSign(HttpRequest request) =>
        request.Path.StartsWithSegments(Api) && !request.Headers.ContainsKey("Signature-Input");
}
