using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Csrf;

/// <summary>
/// Requests that another site's page made a browser send. <see cref="CsrfLayer"/> refuses them, <see cref="CsrfTable"/>
/// says which they are, <c>Proof/</c> has the tokens and origins, which cookie-held keys use too.
/// </summary>
public static class CsrfRoom
{
    public static void AddCsrf(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<PageOrigins>();
        services.AddSingleton(new BrowserMark(settings.Csrf));
        services.AddSingleton(at => new PageTokens(settings.Csrf, at.GetRequiredService<BrowserMark>(), at.GetRequiredService<TimeProvider>()));
    }
}
