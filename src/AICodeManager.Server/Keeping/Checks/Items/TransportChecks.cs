using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>TLS and the headers, as configured and as the running server really answers.</summary>
internal static class TransportChecks
{
    private const int SoonDays = 30, LastDays = 7, HstsDays = 180;

    public static Task<Finding> TlsAsync(CheckScene scene, CancellationToken cancel)
    {
        var (settings, urls) = (scene.Settings, string.Join(", ", scene.Settings.Host.Urls));
        if (settings.Security.Tls.Enabled)
            return Task.FromResult(Finding.Pass($"TLS {settings.Security.Tls.MinVersion} or later on {urls}"));
        if (settings.Edge.TrustedProxies.Count > 0)
            return Task.FromResult(Finding.Warn($"plain HTTP on {urls}; whether the trusted proxies ({settings.Edge.TrustedProxies.Count} networks) speak TLS is not seen from here"));
        return Task.FromResult(settings.Host.Urls.All(url => new Uri(url).IsLoopback)
            ? Finding.Warn($"plain HTTP on {urls}, which only this machine reaches")
            : Finding.Fail($"plain HTTP on {urls}: passwords, tokens and code can be read on the way"));
    }

    public static async Task<Finding> CertificateAsync(CheckScene scene, CancellationToken cancel)
    {
        if (scene.Settings.Security.Tls is not { Enabled: true } tls)
            return Finding.Skip("TLS is off");
        DateTimeOffset ends;
        try
        {
            using var own = X509Certificate2.CreateFromPemFile(tls.CertFile!, tls.KeyFile!);
            ends = own.NotAfter.ToUniversalTime();
        }
        catch (Exception wrong) when (wrong is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return Finding.Fail($"the certificate and its key cannot be used: {wrong.Message}");
        }

        var shown = (await scene.Server.Value.WaitAsync(cancel))?.Tls;
        if (shown is not null && Math.Abs((shown.NotAfter - ends).TotalSeconds) > 1)
            return Finding.Warn($"the running server shows a certificate until {shown.NotAfter:yyyy-MM-dd}, the file's ends {ends:yyyy-MM-dd}");
        var days = (int)(ends - scene.Now).TotalDays;
        var evidence = $"valid until {ends:yyyy-MM-dd}, {days} more days";
        return days > SoonDays ? Finding.Pass(evidence) : new(days > LastDays ? CheckResult.Warn : CheckResult.Fail, evidence);
    }

    public static async Task<Finding> VersionsAsync(CheckScene scene, CancellationToken cancel)
    {
        if (scene.Settings.Security.Tls is not { Enabled: true } tls)
            return Finding.Skip("TLS is off");
        var weak = tls.Ciphers.Where(name => !name.StartsWith("TLS_", StringComparison.Ordinal) && !name.StartsWith("ECDHE-", StringComparison.Ordinal)
            || name.Contains("CBC", StringComparison.Ordinal) || name.Contains("RC4", StringComparison.Ordinal) || name.Contains("DES", StringComparison.Ordinal)).ToList();
        if (tls.MinVersion is not ("1.2" or "1.3") || weak.Count > 0)
            return Finding.Fail($"from TLS {tls.MinVersion} on{(weak.Count > 0 ? $", with {string.Join(", ", weak)}" : "")}");
        var shown = (await scene.Server.Value.WaitAsync(cancel))?.Tls;
        return Finding.Pass($"from TLS {tls.MinVersion} on, {tls.Ciphers.Count} suites{(shown is null ? "" : $"; agreed just now: {shown.Protocol}, {shown.Cipher}")}");
    }

    public static async Task<Finding> HeadersAsync(CheckScene scene, CancellationToken cancel)
    {
        if (await scene.Server.Value.WaitAsync(cancel) is not { } server)
            return Finding.Warn($"no server answers at {string.Join(", ", scene.Settings.Host.Urls)}: what it sends could not be seen");
        (string Name, Func<string, bool> Good)[] wanted =
        [
            ("content-security-policy", value => !value.Contains("unsafe-inline", StringComparison.Ordinal)), ("x-content-type-options", value => value == "nosniff"),
            ("x-frame-options", value => value is "DENY" or "SAMEORIGIN"), ("referrer-policy", value => value.Length > 0), ("cache-control", value => value.Length > 0),
        ];
        var bad = wanted.Where(one => !server.Headers.TryGetValue(one.Name, out var value) || !one.Good(value)).Select(one => one.Name).ToList();
        var told = server.Headers.ContainsKey("server") || server.Headers.ContainsKey("x-powered-by");
        return bad.Count > 0 ? Finding.Fail($"{server.Address} answers without, or with a weak, {string.Join(", ", bad)}")
            : Finding.When(!told, told ? $"{server.Address} tells which software answers" : $"{server.Address} sends all {wanted.Length}", CheckResult.Warn);
    }

    public static Task<Finding> HstsAsync(CheckScene scene, CancellationToken cancel)
    {
        if (scene.Settings.Security.Tls is not { Enabled: true })
            return Task.FromResult(Finding.Skip("TLS is off: whoever ends it in front sends the header"));
        var days = scene.Settings.Security.Headers.HstsMaxAge.TotalDays;
        return Task.FromResult(Finding.When(days >= HstsDays, $"browsers insist on https for {days:0} days; at least {HstsDays} are wanted", CheckResult.Warn));
    }
}
