using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Edge.Tls;

/// <summary>The two PEM files as they were at one moment.</summary>
/// <param name="Chain">The server's own certificate first, then those that vouch for it.</param>
/// <param name="Key">Its private key, not encrypted.</param>
internal sealed record CertificateFiles(string Chain, string Key)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Names the content, so that two looks at the files can be compared without keeping the key.</summary>
    public string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Chain}\0{Key}")));

    /// <exception cref="IOException">A file is missing or larger than 1 MiB.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static CertificateFiles Read(TlsSettings settings) => new(Read(settings.CertFile!), Read(settings.KeyFile!));

    /// <summary>The certificate with its key, and the others of the chain in their order.</summary>
    /// <exception cref="CryptographicException">Something is no PEM, or the key is not the certificate's.</exception>
    public (X509Certificate2 Own, X509Certificate2Collection Others) Parse()
    {
        if (Key.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal) || Key.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            throw new CryptographicException("The private key is encrypted; an unencrypted one is accepted, readable by this user only.");
        X509Certificate2Collection all = [];
        all.ImportFromPem(Chain);
        if (all.Count == 0)
            throw new CryptographicException("The certificate file holds no certificate in PEM.");
        try
        {
            return (X509Certificate2.CreateFromPem(Chain, Key), [.. all.Skip(1)]);
        }
        catch (ArgumentException wrong)
        {
            throw new CryptographicException("The key is not that of the file's first certificate.", wrong);
        }
    }

    private static string Read(string path) =>
        new FileInfo(path) is { Exists: true, Length: <= MaxBytes }
            ? File.ReadAllText(path)
            : throw new IOException($"{path} is missing or larger than 1 MiB.");
}
