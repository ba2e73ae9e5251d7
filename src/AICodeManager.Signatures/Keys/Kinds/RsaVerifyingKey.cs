using System.Buffers.Text;
using System.Security.Cryptography;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>RSASSA-PSS (RFC 8017 section 8.1), MGF1 of the same hash, a salt as long as the hash: the framework accepts no other.</summary>
internal sealed class RsaVerifyingKey : VerifyingKey
{
    // Never disposed: the framework's object does not stand it while another thread uses it. The collector frees the
    // library's key, which holds no secret, soon after this object.
    private readonly RSA rsa;
    private readonly HashAlgorithmName hash;

    private RsaVerifyingKey(RSA rsa, RSAParameters numbers, SignatureAlgorithm algorithm)
        : base(
            algorithm,
            numbers.Modulus!.Length * 8,
            numbers.Modulus.Length,
            rsa.ExportSubjectPublicKeyInfo(),
            $$"""{"e":"{{Base64Url.EncodeToString(numbers.Exponent)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(numbers.Modulus)}}"}""")
    {
        this.rsa = rsa;
        hash = RsaRules.Hash(algorithm);
    }

    /// <summary>The numbers must have passed <see cref="RsaRules"/>.</summary>
    public static RsaVerifyingKey Import(byte[] modulus, byte[] exponent, SignatureAlgorithm algorithm)
    {
        var numbers = new RSAParameters { Modulus = modulus, Exponent = exponent };
        var rsa = RSA.Create();
        try
        {
            rsa.ImportParameters(numbers);
            return new RsaVerifyingKey(rsa, numbers, algorithm);
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
            throw;
        }
    }

    private protected override bool Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        rsa.VerifyData(data, signature, hash, RSASignaturePadding.Pss);
}
