using System.Diagnostics;
using AICodeManager.Server.FrontDoor.Edge.Proxies;
using AICodeManager.Server.FrontDoor.Edge.Tls;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// Settles who is calling and whom, serves TLS, bounds what a connection may send and hold, and refuses what could be
/// read in two ways. It knows no user and no store; every room behind it believes what it settled.
/// </summary>
public static class EdgeRoom
{
    public static void AddEdge(this IServiceCollection services, Settings settings)
    {
        services.AddEdge(settings.Edge, KnownHosts(settings));
        if (!settings.Security.Tls.Enabled)
            return;
        services.AddSingleton(settings.Security.Tls);
        services.AddSingleton<TlsKeeper>();
        services.AddHostedService<TlsWatch>();
    }

    /// <summary>What a BFF needs of it, too: it has no TLS and no settings but these.</summary>
    /// <param name="known">Names to answer to where none is configured.</param>
    public static void AddEdge(this IServiceCollection services, EdgeSettings settings, IEnumerable<string> known)
    {
        services.AddSingleton(new ClientAddress(settings));
        services.AddSingleton(new HostRules(settings, known));
        services.AddSingleton<EdgeRecords>();
        services.AddSingleton<ParserRefusals>();
    }

    /// <summary>
    /// Before the server listens: the certificate is read, and from now on what no layer sees is answered and told of.
    /// </summary>
    /// <exception cref="ConfigurationException">The certificate and its key cannot be used.</exception>
    public static void PrepareEdge(this IServiceProvider services)
    {
        services.GetService<TlsKeeper>()?.Load();
        // Never ended: the listener is this server's own and ends with it.
        _ = services.GetRequiredService<ParserRefusals>().Listen(services.GetRequiredService<DiagnosticListener>());
    }

    /// <summary>The host names of pages and redirects that the operator wrote down elsewhere.</summary>
    public static IEnumerable<string> KnownHosts(Settings settings)
    {
        IEnumerable<Uri?> addresses =
        [
            .. settings.Csrf.TrustedOrigins.Concat(settings.ClientKeys.Cookie.Origins).Concat(settings.Passkeys.AllowedOrigins).Select(o => new Uri(o)),
            settings.OAuth2.Google?.RedirectUrl, settings.OAuth2.GitHub?.RedirectUrl, .. settings.OAuth2.Providers.Select(p => p.RedirectUrl),
        ];
        return addresses.OfType<Uri>().Select(address => address.IdnHost)
            .Concat(settings.Passkeys.ServerDomain is { } domain ? [domain] : [])
            .Distinct(StringComparer.OrdinalIgnoreCase);
    }
}
