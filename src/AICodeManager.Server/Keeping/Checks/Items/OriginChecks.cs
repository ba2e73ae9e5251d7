using System.Net.Sockets;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Who is believed: hosts, proxies, other origins, and where sign-ins come back to.</summary>
internal static class OriginChecks
{
    // Narrower than what a carrier or a cloud region has; a network of one's own is.
    private const int WidestV4 = 8, WidestV6 = 16;

    public static Task<Finding> HostsAsync(CheckScene scene, CancellationToken cancel)
    {
        var hosts = scene.Settings.Edge.AllowedHosts;
        var local = scene.Settings.Host.Urls.All(url => new Uri(url).IsLoopback) && scene.Settings.Edge.TrustedProxies.Count == 0;
        return Task.FromResult(
            hosts.Any(host => host is "*" or "*.*") ? Finding.Fail("any host is accepted")
            : hosts.Count > 0 ? Finding.Pass($"{hosts.Count}: {string.Join(", ", hosts.Take(5))}")
            : Finding.When(local, local ? "none named; only addresses and names of this machine are served" : "none named, though others reach this server", CheckResult.Warn));
    }

    public static Task<Finding> ProxiesAsync(CheckScene scene, CancellationToken cancel)
    {
        var proxies = scene.Settings.Edge.TrustedProxies;
        var wide = proxies.Where(network =>
            network.PrefixLength < (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? WidestV4 : WidestV6)).ToList();
        return Task.FromResult(wide.Count > 0 ? Finding.Fail($"{string.Join(", ", wide)}: almost anybody may say who a request comes from")
            : Finding.Pass(proxies.Count == 0 ? "nobody is believed about a request's address" : string.Join(", ", proxies)));
    }

    public static Task<Finding> CorsAsync(CheckScene scene, CancellationToken cancel)
    {
        var cors = scene.Settings.Security.Cors;
        if (cors.AllowedOrigins.Contains("*"))
            return Task.FromResult(Finding.Fail("any site may read answers"));
        var plain = Plain(cors.AllowedOrigins);
        return Task.FromResult(plain.Count > 0 ? Finding.Warn($"without TLS, so anybody on the way speaks for them: {string.Join(", ", plain)}")
            : Finding.Pass(cors.AllowedOrigins.Count == 0 ? "no other origin may read answers" : string.Join(", ", cors.AllowedOrigins)));
    }

    public static Task<Finding> CsrfAsync(CheckScene scene, CancellationToken cancel)
    {
        var csrf = scene.Settings.Csrf;
        var plain = Plain(csrf.TrustedOrigins);
        return Task.FromResult(plain.Count > 0 ? Finding.Fail($"without TLS, so anybody on the way may act for a signed-in user: {string.Join(", ", plain)}")
            : csrf.TokenLifetime > TimeSpan.FromDays(7) ? Finding.Warn($"tokens are good for {csrf.TokenLifetime.TotalDays:0} days")
            : Finding.Pass($"{csrf.TrustedOrigins.Count} origins beside the server's own; tokens are good for {csrf.TokenLifetime.TotalHours:0} h"));
    }

    public static Task<Finding> CookiesAsync(CheckScene scene, CancellationToken cancel)
    {
        var (session, csrf) = (scene.Settings.Session.Security, scene.Settings.Csrf);
        return Task.FromResult(Finding.Worst(
            Finding.When(session.SecureCookie && csrf.SecureCookie, "Secure on both cookies", CheckResult.Fail) is { Result: CheckResult.Pass } secure
                ? secure : Finding.Fail($"cookies travel over plain HTTP: session {Word(session.SecureCookie)}, csrf {Word(csrf.SecureCookie)}"),
            Finding.When(session.SameSite == "strict" && csrf.SameSite == "strict", $"SameSite: session {session.SameSite}, csrf {csrf.SameSite}", CheckResult.Warn)));

        static string Word(bool secure) => secure ? "secure" : "not secure";
    }

    public static Task<Finding> RedirectsAsync(CheckScene scene, CancellationToken cancel)
    {
        var oauth = scene.Settings.OAuth2;
        Uri?[] all = [oauth.Google?.RedirectUrl, oauth.GitHub?.RedirectUrl, .. oauth.Providers.Select(one => one.RedirectUrl)];
        var count = (oauth.Google is null ? 0 : 1) + (oauth.GitHub is null ? 0 : 1) + oauth.Providers.Count;
        if (count == 0)
            return Task.FromResult(Finding.Skip("no sign-in with other providers is configured"));
        var plain = all.OfType<Uri>().Where(url => url.Scheme != "https" && !url.IsLoopback).Select(url => url.GetLeftPart(UriPartial.Path)).ToList();
        return Task.FromResult(plain.Count > 0 ? Finding.Fail($"codes come back without TLS: {string.Join(", ", plain)}") : Finding.Pass($"{count} providers"));
    }

    private static List<string> Plain(IEnumerable<string> origins) =>
        [.. origins.Where(origin => Uri.TryCreate(origin, UriKind.Absolute, out var url) && url.Scheme == "http" && !url.IsLoopback)];
}
