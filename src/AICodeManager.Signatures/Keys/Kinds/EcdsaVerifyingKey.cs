using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Signatures.Keys.Formats;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>
/// ECDSA on P-256 with SHA-256 (FIPS 186-5). The signature is r and s of 32 octets each, never DER, of which
/// one signature has many spellings.
/// </summary>
internal sealed class EcdsaVerifyingKey : VerifyingKey
{
    // Never disposed: the framework's object does not stand it while another thread uses it. The collector frees the
    // library's key, which holds no secret, soon after this object.
    private readonly ECDsa ecdsa;

    private EcdsaVerifyingKey(ECDsa ecdsa, byte[] x, byte[] y)
        : base(
            SignatureAlgorithm.ES256,
            256,
            2 * P256.Size,
            [.. Spki.P256Prefix, .. x, .. y],
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}""") =>
        this.ecdsa = ecdsa;

    /// <summary>The point must have passed <see cref="P256"/>.</summary>
    public static EcdsaVerifyingKey Import(byte[] x, byte[] y)
    {
        // The general type is a wrapper that turns every signature into the other format and back, with garbage for each.
        ECDsa ecdsa = OperatingSystem.IsLinux() ? new ECDsaOpenSsl() : ECDsa.Create();
        try
        {
            ecdsa.ImportParameters(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
            return new(ecdsa, x, y);
        }
        catch (CryptographicException)
        {
            ecdsa.Dispose();
            throw;
        }
    }

    private protected override bool Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> der = stackalloc byte[EcdsaSignature.MostOctets];
        var length = EcdsaSignature.WriteDer(signature, der);
        return ecdsa.VerifyData(data, der[..length], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
