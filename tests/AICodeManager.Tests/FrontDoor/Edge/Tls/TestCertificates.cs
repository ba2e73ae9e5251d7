using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AICodeManager.Tests.FrontDoor.Edge.Tls;

/// <summary>A root, an intermediate that it vouches for, and servers below that, made for one test.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1), To = DateTimeOffset.UtcNow.AddYears(1);
    private readonly X509Certificate2 intermediate;

    public TestCertificates()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Root = Authority("CN=Test root", rootKey).CreateSelfSigned(From, To.AddYears(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Authority("CN=Test intermediate", key).Create(Root, From, To.AddMonths(6), [2]);
        intermediate = signed.CopyWithPrivateKey(key);
    }

    public X509Certificate2 Root { get; }

    /// <summary>Chain and key in PEM for a server of this name on loopback.</summary>
    public (string Chain, string Key) Server(string name, bool rsa = false, DateTimeOffset? until = null)
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = rsa
            ? new CertificateRequest($"CN={name}", (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(intermediate.GetECDsaPrivateKey()!), From, until ?? To, RandomNumberGenerator.GetBytes(8));
        return ($"{certificate.ExportCertificatePem()}\n{intermediate.ExportCertificatePem()}\n", key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Root.Dispose();
        intermediate.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
