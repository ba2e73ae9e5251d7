using AICodeManager.Server.FrontDoor.Csrf.Proof;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>
/// Keys that browsers hold without being able to read them: sealed in a cookie, opened here to sign (spec B2). The same
/// parts serve within the server and in a process of their own; where public halves are registered
/// (<see cref="IKeyAuthority"/>) is the host's to add.
/// </summary>
public static class KeyCookieRoom
{
    /// <summary>How long a page may use a token before it asks for another.</summary>
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(1);

    /// <summary>Within the server, beside the keys that it registers.</summary>
    public static void AddOwnKeyCookies(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<IKeyAuthority, LocalKeyAuthority>();
        services.AddSingleton<IRefusalSink, KeyCookieRefusals>();
        var secure = settings.Session.Security.SecureCookie;
        services.AddKeyCookies(settings.ClientKeys.Cookie, secure, SessionCookie.NameOf(secure));
    }

    /// <param name="secure">Whether cookies travel over https only, as the session's do.</param>
    /// <param name="sessionCookie">Name of the session's cookie.</param>
    public static void AddKeyCookies(this IServiceCollection services, KeyCookieSettings settings, bool secure, string sessionCookie)
    {
        var secrets = new KeyCookieSecrets(settings.SecretKey, settings.PreviousKeys);
        services.AddSingleton(new KeyCookie(secure));
        services.AddSingleton(new KeyCookieSession(sessionCookie));
        services.AddSingleton(at => new KeyCookieSeal(secrets, at.GetRequiredService<TimeProvider>()));
        services.AddSingleton<OpenedKeys>();
        services.AddSingleton<CookieSigner>();
        services.AddSingleton<KeyCookieReader>();
        services.AddSingleton<KeyCookieAnswers>();
        // Its own tokens and its own key: they are bound to keys, not to sessions.
        services.AddSingleton(at => new KeyCookieGuard(
            new OriginRules([.. settings.Origins.Select(origin => WebOrigin.Read(origin)!.Value)], []),
            new CsrfTokens(secrets.CsrfKeys, TokenLifetime, at.GetRequiredService<TimeProvider>())));
        services.AddSingleton(at => new KeyCookieEnrolment(
            at.GetRequiredService<IKeyAuthority>(), at.GetRequiredService<KeyCookieSeal>(), at.GetRequiredService<KeyCookie>(),
            settings.Algorithm, at.GetRequiredService<TimeProvider>()));
    }
}
