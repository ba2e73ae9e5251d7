using System.Collections.Concurrent;
using AICodeManager.Server.FrontDoor.ClientKeys.Signed;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>
/// What an answer means for the browser's key: a new session gets one, a sign-out and a dead key end it, and an old key
/// is replaced. None of it may make the answer itself fail.
/// </summary>
public sealed partial class KeyCookieAnswers(
    KeyCookieEnrolment enrolment, IKeyAuthority authority, KeyCookie cookie, KeyCookieSession session, TimeProvider time,
    ILogger<KeyCookieAnswers> log)
{
    /// <summary>How long the browser waits for its key at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Requests that were under way with the old key still ask for a rotation that has happened.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> rotated = new();

    /// <summary>The <c>Set-Cookie</c> to add to an answer; null for none.</summary>
    /// <param name="status">Of the API's answer.</param>
    /// <param name="headers">Of the API's answer.</param>
    public async Task<string?> SetCookieAsync(
        HttpContext context, KeyCookieRequest asked, int status, IHeaderDictionary headers, CancellationToken cancel)
    {
        var held = asked.Key is not null || asked.Unusable ? cookie.Cleared : null;
        if (asked.Rejected)
            return held;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            if (status is >= 200 and < 300 && IsSignOut(context.Request))
            {
                await EndAsync(context, asked.Key, patience.Token);
                return held;
            }

            if (NewSessionIn(headers) is { } opened)
            {
                var enrolled = await enrolment.EnrolAsync(context, opened, asked.Key, patience.Token);
                if (enrolled.Refused is not { } refused)
                    return enrolled.SetCookie;
                LogNotEnrolled(log, refused.Code);
                // A key of whoever was here before does not go with somebody else's session.
                return held;
            }

            if (asked.Key is { } old && headers.ContainsKey(SignatureContract.RotationHeader) && IsMine(old.Head.KeyId))
            {
                var replaced = await enrolment.RotateAsync(context, old, patience.Token);
                if (replaced.Refused is not { } refused)
                    return replaced.SetCookie;
                LogNotRotated(log, old.Head.KeyId, refused.Code);
            }
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // The request itself was served; the browser goes on with its session alone, or with the key it has.
            LogFault(log, fault);
            return NewSessionIn(headers) is null ? Unusable(asked) : held;
        }

        return Unusable(asked);
    }

    private string? Unusable(KeyCookieRequest asked) => asked.Unusable ? cookie.Cleared : null;

    // The browser forgets the key: nobody has it any more, and it would only stand in its owner's list.
    private async Task EndAsync(HttpContext context, OpenKey? key, CancellationToken cancel)
    {
        if (key is not null && await authority.RevokeAsync(context, key, cancel) is { } refused)
            LogNotEnded(log, key.Head.KeyId, refused.Code);
    }

    /// <summary>The value of the session cookie that an answer sets; null where it sets none.</summary>
    private string? NewSessionIn(IHeaderDictionary headers)
    {
        foreach (var line in headers.SetCookie)
        {
            if (line is not null && line.StartsWith(session.CookieName, StringComparison.Ordinal) && line.Length > session.CookieName.Length
                && line[session.CookieName.Length] == '=' && line[(session.CookieName.Length + 1)..].Split(';')[0].Trim() is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }

    private static bool IsSignOut(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.Equals("/api/v1/auth/logout", StringComparison.OrdinalIgnoreCase);

    // One flight for each key, and none after it for as long as answers to the old key may still come in.
    private bool IsMine(Guid keyId)
    {
        var now = time.GetUtcNow();
        if (rotated.Count >= MaxRemembered)
        {
            foreach (var (id, at) in rotated)
            {
                if (now - at > Memory)
                    rotated.TryRemove(id, out _);
            }
        }

        if (rotated.Count >= MaxRemembered)
            return false;
        return rotated.TryAdd(keyId, now) || (rotated.TryGetValue(keyId, out var at2) && now - at2 > Memory && rotated.TryUpdate(keyId, now, at2));
    }

    [LoggerMessage(LogLevel.Warning, "A browser signed in without a key of its own: registering it was refused with {code}")]
    private static partial void LogNotEnrolled(ILogger logger, string code);

    [LoggerMessage(LogLevel.Warning, "Key {keyId} was not replaced: {code}")]
    private static partial void LogNotRotated(ILogger logger, Guid keyId, string code);

    [LoggerMessage(LogLevel.Warning, "Key {keyId} of a browser that signed out was not revoked: {code}")]
    private static partial void LogNotEnded(ILogger logger, Guid keyId, string code);

    [LoggerMessage(LogLevel.Warning, "A browser's key was neither made, replaced nor ended")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
