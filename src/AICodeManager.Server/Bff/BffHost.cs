using System.Text;
using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;
using AICodeManager.Server.FrontDoor.Edge;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Bff;

/// <summary>
/// The BFF as a process of its own: it holds the secret that opens browsers' keys, knows where the API is, and nothing
/// else. No database, no Redis, none of the API's secrets; the API in turn has public keys only.
/// </summary>
public static class BffHost
{
    /// <summary>What is passed on; everything else is not there.</summary>
    private static readonly string[] Passed =
    [
        "/api/v1/{**rest}", "/auth/{**rest}", "/.well-known/{**rest}", "/openapi/{**rest}", "/healthz", "/readyz",
    ];

    /// <summary>A BFF that is ready to be started.</summary>
    /// <param name="change">Tests put other parts in here.</param>
    public static WebApplication Build(
        BffSettings settings, BffOptions options, IReadOnlyList<string> urls, Action<IServiceCollection>? change = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls([.. urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            KestrelLimits.Apply(kestrel, settings.Server, settings.Edge, options.BodyLimit);
            // Bytes of a header are no text to us: each goes on as it came.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        builder.Logging.ClearProviders().AddSimpleConsole(o => o.SingleLine = true);
        builder.Logging.SetMinimumLevel(settings.LogLevel);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<RefusalFunnel>();
        services.AddSingleton(new SecurityHeaders(settings.Headers));
        services.AddEdge(settings.Edge, settings.Cookie.Origins.Select(origin => new Uri(origin).IdnHost));
        services.AddSingleton<Upstream>();
        services.AddSingleton<Forwarder>();
        services.AddSingleton<IKeyAuthority, HttpKeyAuthority>();
        services.AddKeyCookies(settings.Cookie, settings.SecureCookie, SessionCookie.NameOf(settings.SecureCookie));
        change?.Invoke(services);

        var app = builder.Build();
        app.Services.PrepareEdge();
        app.UseMiddleware<FaultsLayer>();
        app.UseMiddleware<EdgeLayer>();
        app.UseMiddleware<UpstreamLayer>();
        app.MapKeyCookie();
        var forwarder = app.Services.GetRequiredService<Forwarder>();
        foreach (var path in Passed)
            app.Map(path, forwarder.ForwardAsync);
        return app;
    }
}
