using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>A key cookie that was made, or why none was: exactly one of the two.</summary>
/// <param name="Head">What the new cookie says.</param>
/// <param name="SetCookie">The header that carries it.</param>
public sealed record Enrolled(KeyCookieHead? Head, string? SetCookie, Refusal? Refused);

/// <summary>Makes a browser a device: a new pair, its public half registered, its private half sealed into the cookie.</summary>
public sealed class KeyCookieEnrolment(
    IKeyAuthority authority, KeyCookieSeal seal, KeyCookie cookie, CookieKeyKind kind, TimeProvider time)
{
    /// <summary>The cookie for a session that a browser has just got, or asks with.</summary>
    /// <param name="session">The session cookie's value.</param>
    /// <param name="held">The key that the request brought; it goes on where it is the same user's and lives.</param>
    public async Task<Enrolled> EnrolAsync(HttpContext context, string session, OpenKey? held, CancellationToken cancel)
    {
        if (held is not null && await authority.OwnerOfAsync(context, session, held, cancel) is { } same && same.UserId == held.Head.UserId)
        {
            // Still the same device: another pair would only leave a dead one in its owner's list.
            return same.SessionId == held.Head.SessionId ? new(held.Head, null, null) : Keep(held.Head.KeyId, same, held.Key);
        }

        if (await authority.OwnerOfAsync(context, session, null, cancel) is not { } owner)
            return new(null, null, Refusals.Unauthenticated("session_invalid", "The session cookie is not one of this server."));

        using var key = kind.NewKey();
        var registration = await authority.RegisterAsync(context, owner, key, cancel);
        return registration.KeyId is { } id ? Keep(id, owner, key) : new(null, null, registration.Refused);
    }

    /// <summary>The cookie for the key that takes an old one's place.</summary>
    public async Task<Enrolled> RotateAsync(HttpContext context, OpenKey old, CancellationToken cancel)
    {
        using var key = kind.NewKey();
        var registration = await authority.RotateAsync(context, old, key, cancel);
        return registration.KeyId is { } id
            ? Keep(id, new SessionOwner(old.Head.UserId, old.Head.SessionId, ""), key)
            : new(null, null, registration.Refused);
    }

    private Enrolled Keep(Guid keyId, SessionOwner owner, SigningKey key)
    {
        var actual = key.Algorithm == SignatureAlgorithm.ES256 ? CookieKeyKind.ES256
            : key.Public.Bits > 2048 ? CookieKeyKind.RSA4096
            : CookieKeyKind.RSA2048;
        var head = new KeyCookieHead(actual, owner.UserId, owner.SessionId, keyId, time.GetUtcNow() + KeyCookie.MaxAge);
        return new(head, cookie.Kept(seal.Seal(head, key)), null);
    }
}
