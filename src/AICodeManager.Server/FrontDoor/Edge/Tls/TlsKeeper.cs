using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Edge.Tls;

/// <summary>
/// Holds what new connections are met with: certificate, versions, ciphers. The two files are compared by content and
/// taken together only when they fit; until then the old pair stays, so that they may be replaced one after the other,
/// in place or by links, whole or in parts. Connections that stand are not touched.
/// </summary>
public sealed partial class TlsKeeper(TlsSettings settings, TimeProvider time, ILogger<TlsKeeper> log)
{
    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(30);

    private volatile SslServerAuthenticationOptions? current;
    private X509Certificate2? own;
    private string? seen;
    private DateTimeOffset warned;

    /// <summary>For the next handshake.</summary>
    public SslServerAuthenticationOptions Current => current ?? throw new InvalidOperationException("No certificate was loaded.");

    /// <summary>Reads the files for the first time.</summary>
    /// <exception cref="ConfigurationException">They cannot be used; the text says why.</exception>
    public void Load()
    {
        try
        {
            Take(CertificateFiles.Read(settings));
        }
        catch (Exception wrong) when (wrong is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new(
                null, null, null, "security.tls", $"cert_file and key_file cannot be used: {wrong.Message}",
                "a certificate chain in PEM, the server's own first, and its RSA or ECDSA key, not encrypted")]);
        }

        WarnOfExpiry();
    }

    /// <summary>Looks whether the files have changed; what cannot be used is told of once and changes nothing.</summary>
    /// <returns>The certificate that is new from now on; null where none is.</returns>
    public X509Certificate2? Look()
    {
        X509Certificate2? taken = null;
        try
        {
            var files = CertificateFiles.Read(settings);
            if (files.Digest != seen)
            {
                seen = files.Digest;
                taken = Take(files);
                LogTaken(log, taken.Subject, taken.NotAfter.ToUniversalTime());
            }
        }
        catch (Exception wrong) when (wrong is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // A file that is gone for a moment has no content to remember: it is told of when a look finds it changed.
            if (wrong is CryptographicException)
                LogKept(log, wrong.Message);
        }

        WarnOfExpiry();
        return taken;
    }

    private X509Certificate2 Take(CertificateFiles files)
    {
        seen = files.Digest;
        var (certificate, others) = files.Parse();
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, others, offline: true),
            // RFC 8996: nothing below 1.2, whatever is configured.
            EnabledSslProtocols = settings.MinVersion == "1.3" ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            AllowRenegotiation = false,
            ClientCertificateRequired = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (!OperatingSystem.IsWindows())
            options.CipherSuitesPolicy = new CipherSuitesPolicy(CipherNames.Suites(settings.Ciphers));
        (current, own, warned) = (options, certificate, default);
        WarnOfReaders();
        return certificate;
    }

    // Once a day: a certificate that ends unnoticed is the commonest outage there is.
    private void WarnOfExpiry()
    {
        var now = time.GetUtcNow();
        var end = new DateTimeOffset(own!.NotAfter.ToUniversalTime());
        if (end - now > WarnBefore || now - warned < TimeSpan.FromDays(1))
            return;
        warned = now;
        if (end <= now)
            LogExpired(log, own.Subject, end);
        else
            LogExpiring(log, own.Subject, (int)(end - now).TotalDays, end);
    }

    private void WarnOfReaders()
    {
        if (!OperatingSystem.IsWindows() && File.ResolveLinkTarget(settings.KeyFile!, returnFinalTarget: true) is var target
            && (File.GetUnixFileMode(target?.FullName ?? settings.KeyFile!) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)) != 0)
        {
            LogReadable(log, settings.KeyFile!);
        }
    }

    [LoggerMessage(LogLevel.Information, "TLS: new connections get the certificate of {subject}, valid until {end:u}")]
    private static partial void LogTaken(ILogger logger, string subject, DateTime end);

    [LoggerMessage(LogLevel.Warning, "TLS: the changed files cannot be used, the old certificate stays: {problem}")]
    private static partial void LogKept(ILogger logger, string problem);

    [LoggerMessage(LogLevel.Warning, "TLS: the certificate of {subject} ends in {days} days, at {end:u}")]
    private static partial void LogExpiring(ILogger logger, string subject, int days, DateTimeOffset end);

    [LoggerMessage(LogLevel.Error, "TLS: the certificate of {subject} ended at {end:u}")]
    private static partial void LogExpired(ILogger logger, string subject, DateTimeOffset end);

    [LoggerMessage(LogLevel.Warning, "TLS: other users of this machine may read or change the private key {path}; chmod 600 it")]
    private static partial void LogReadable(ILogger logger, string path);
}
