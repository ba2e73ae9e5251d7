using System.Buffers.Text;
using System.Security.Cryptography;

namespace AICodeManager.Signatures.Keys;

/// <summary>
/// ECDSA on P-256 with SHA-256 (FIPS 186-5). The signature is r and s of 32 octets each, never DER, of which
/// one signature has many spellings.
/// </summary>
internal sealed class EcdsaVerifyingKey : VerifyingKey
{
    private const int MostDer = 2 + 2 * (2 + 1 + P256.Size);

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
        new(Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }), x, y);

    // What Create returns wraps this object on Linux, and rewrites each signature twice on the way to it.
    private static ECDsa Create(ECParameters point)
    {
        if (!OperatingSystem.IsLinux())
        {
            return ECDsa.Create(point);
        }

        var ecdsa = new ECDsaOpenSsl();
        try
        {
            ecdsa.ImportParameters(point);
            return ecdsa;
        }
        catch (CryptographicException)
        {
            ecdsa.Dispose();
            throw;
        }
    }

    // The library wants DER, and the framework makes it with two kilobytes of garbage: here it is made on the stack.
    private protected override bool Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        Span<byte> der = stackalloc byte[MostDer];
        var length = 2;
        length += WriteInteger(signature[..P256.Size], der[length..]);
        length += WriteInteger(signature[P256.Size..], der[length..]);
        (der[0], der[1]) = (0x30, (byte)(length - 2));
        return ecdsa.VerifyHash(hash, der[..length], DSASignatureFormat.Rfc3279DerSequence);
    }

    // X.690 section 8.3: without zeros in front, but for one that keeps the number positive.
    private static int WriteInteger(ReadOnlySpan<byte> number, Span<byte> to)
    {
        var rest = number.TrimStart((byte)0);
        var pad = rest.IsEmpty || rest[0] >= 0x80 ? 1 : 0;
        (to[0], to[1], to[2]) = (0x02, (byte)(rest.Length + pad), 0);
        rest.CopyTo(to[(2 + pad)..]);
        return 2 + pad + rest.Length;
    }
}
