using AICodeManager.Server.Ground.Http;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>Where the public halves of cookie-held keys are registered: another server over HTTP, or this one.</summary>
public interface IKeyAuthority
{
    /// <summary>Whose session a browser carries now; null where it carries none that lives.</summary>
    /// <param name="context">The browser's request.</param>
    /// <param name="session">The session cookie's value: the request's, or the one that its answer sets.</param>
    /// <param name="key">A key of the same user to ask with; null for none. When the key is dead, the answer is null.</param>
    Task<SessionOwner?> OwnerOfAsync(HttpContext context, string session, OpenKey? key, CancellationToken cancel);

    /// <summary>Makes the key one of the owner's devices.</summary>
    Task<KeyRegistration> RegisterAsync(HttpContext context, SessionOwner owner, SigningKey key, CancellationToken cancel);

    /// <summary>Lets the new key take the old one's place; the old one works on for its days of grace.</summary>
    Task<KeyRegistration> RotateAsync(HttpContext context, OpenKey old, SigningKey key, CancellationToken cancel);

    /// <summary>Null once the key is dead, whoever ended it.</summary>
    Task<Refusal?> RevokeAsync(HttpContext context, OpenKey key, CancellationToken cancel);
}

/// <param name="Cookie">The value of the session cookie that says so.</param>
public sealed record SessionOwner(Guid UserId, Guid SessionId, string Cookie);

/// <summary>The id of a key that is registered now, or why it is not: exactly one of the two.</summary>
public sealed record KeyRegistration(Guid? KeyId, Refusal? Refused)
{
    public static KeyRegistration Of(Guid id) => new(id, null);

    public static KeyRegistration Not(Refusal refused) => new(null, refused);
}
