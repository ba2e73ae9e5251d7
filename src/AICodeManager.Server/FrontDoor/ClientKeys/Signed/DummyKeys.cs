using System.Security.Cryptography;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>
/// Keys whose private half nobody has. A signature of a key that is not known is checked with one of its length, so that
/// its refusal takes the work that a known key's takes (spec B9).
/// </summary>
public sealed class DummyKeys : IDisposable
{
    private static readonly int[] RsaBits = [2048, 3072, 4096];

    private readonly VerifyingKey curve = Curve();
    private readonly VerifyingKey[] rsa = [.. RsaBits.Select(Rsa)];

    /// <summary>One whose signatures have this many bytes, or else the one that costs most.</summary>
    public VerifyingKey Of(int signatureLength) => rsa.FirstOrDefault(k => k.SignatureLength == signatureLength) ?? curve;

    public void Dispose()
    {
        curve.Dispose();
        foreach (var key in rsa)
        {
            key.Dispose();
        }
    }

    private static VerifyingKey Curve()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Read(pair.ExportSubjectPublicKeyInfoPem(), SignatureAlgorithm.ES256);
    }

    // Any odd number of the size costs what a product of two primes costs, and takes no search for primes at the start.
    private static VerifyingKey Rsa(int bits)
    {
        var modulus = RandomNumberGenerator.GetBytes(bits / 8);
        modulus[0] |= 0xC0;
        modulus[^1] |= 1;
        using var key = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] });
        return Read(key.ExportSubjectPublicKeyInfoPem(), SignatureAlgorithm.PS256);
    }

    private static VerifyingKey Read(string pem, SignatureAlgorithm algorithm) =>
        PublicKeys.TryRead(pem, algorithm, out var key, out _, out var why) ? key! : throw new InvalidOperationException(why);
}
