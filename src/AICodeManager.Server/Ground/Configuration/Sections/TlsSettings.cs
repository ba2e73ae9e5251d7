using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>security.tls</c>: certificate, versions and ciphers.</summary>
public sealed record TlsSettings
{
    private static readonly string[] DefaultCiphers =
    [
        "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ];

    public required bool Enabled { get; init; }

    /// <summary>Absolute path of the certificate chain in PEM; null while TLS is off.</summary>
    public required string? CertFile { get; init; }

    /// <summary>Absolute path of the private key in PEM; null while TLS is off.</summary>
    public required string? KeyFile { get; init; }

    /// <summary><c>1.2</c> or <c>1.3</c>.</summary>
    public required string MinVersion { get; init; }

    /// <summary>OpenSSL's names, all with forward secrecy and authenticated encryption.</summary>
    public required IReadOnlyList<string> Ciphers { get; init; }

    /// <summary>An address to listen on as it is with these settings: over TLS, whatever its scheme says, where TLS is on.</summary>
    public string Over(string url) =>
        Enabled && url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? $"https://{url["http://".Length..]}" : url;

    internal static TlsSettings Read(SectionReader section)
    {
        var enabled = section.Value("enabled", "false", Words.Switch);
        return new()
        {
            Enabled = enabled,
            CertFile = ReadFile(section, "cert_file", enabled),
            KeyFile = ReadFile(section, "key_file", enabled),
            MinVersion = section.Value("min_version", "1.2", Words.OneOf("1.2", "1.3")),
            Ciphers = section.List("ciphers", DefaultCiphers, Cipher),
        };
    }

    private static string? ReadFile(SectionReader section, string key, bool enabled)
    {
        if (!enabled)
            return section.Optional(key, Paths.Any(section.BaseFolder));
        return section.Required(key, Paths.Existing(section.BaseFolder));
    }

    private static readonly Form<string> Cipher = new(string.Join(", ", DefaultCiphers), text =>
        DefaultCiphers.Contains(text) ? Outcome.Of(text)
        : IsCbc(text) ? Outcome.Wrong<string>("is a CBC cipher: its padding has been attacked again and again (Lucky 13), and TLS 1.3 dropped it")
        : Outcome.Wrong<string>("is not an accepted cipher"));

    /// <summary>TLS 1.2 suites that are neither GCM, CCM nor ChaCha20 and use a block cipher run it in CBC mode.</summary>
    private static bool IsCbc(string name) =>
        name.Contains("-SHA", StringComparison.Ordinal)
        && (name.Contains("AES", StringComparison.Ordinal) || name.Contains("CAMELLIA", StringComparison.Ordinal) || name.Contains("DES", StringComparison.Ordinal))
        && !name.Contains("GCM", StringComparison.Ordinal) && !name.Contains("CCM", StringComparison.Ordinal);
}
