using System.Buffers.Text;
using System.Security.Cryptography;

namespace AICodeManager.Signatures.Keys;

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
    public static EcdsaVerifyingKey Import(byte[] x, byte[] y) =>
        new(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }), x, y);

    private protected override bool Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
