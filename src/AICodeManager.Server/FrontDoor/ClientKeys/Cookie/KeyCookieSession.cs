namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>The cookie beside which the key's is set.</summary>
/// <param name="CookieName">Of the session cookie.</param>
public sealed record KeyCookieSession(string CookieName);
