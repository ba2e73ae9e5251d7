using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Signatures.Keys.Formats;

namespace AICodeManager.Signatures.Keys;

/// <summary>
/// A public key, imported once and then used by any number of threads at the same time. Importing costs several times
/// a check: keep the object. A cache may drop it without disposing it. Disposing it, also while others check with it,
/// makes every later check false.
/// </summary>
public abstract class VerifyingKey : IDisposable
{
    private readonly byte[] spki;
    private readonly string members;
    private volatile bool disposed;

    private protected VerifyingKey(SignatureAlgorithm algorithm, int bits, int signatureLength, byte[] spki, string members)
    {
        Algorithm = algorithm;
        Bits = bits;
        SignatureLength = signatureLength;
        this.spki = spki;
        this.members = members;
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(members)));
    }

    public SignatureAlgorithm Algorithm { get; }

    /// <summary>Octets of every signature of this key.</summary>
    public int SignatureLength { get; }

    /// <summary>Bits of the RSA modulus; 256 for the curves.</summary>
    public int Bits { get; }

    /// <summary>
    /// SHA-256 thumbprint (RFC 7638) in base64url, 43 characters. It names the key alone: an RSA key has the same one
    /// for PS256 and PS512.
    /// </summary>
    public string Thumbprint { get; }

    /// <summary>
    /// Checks a signature; any other length than <see cref="SignatureLength"/> is false. Never throws.
    /// The time depends on the signature, which is no secret: one of another length costs nothing, one with numbers out
    /// of range (all zeros) a tenth. Whoever wants an unknown key to cost as much as a known one checks the signature
    /// that was presented, not a made-up one, with a key of <see cref="DecoyKeys"/>.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (disposed || signature.Length != SignatureLength)
        {
            return false;
        }

        try
        {
            return Check(data, signature);
        }
        catch (Exception e) when (e is CryptographicException or ObjectDisposedException)
        {
            // The library has no room, or the key was disposed meanwhile: not verified is not valid.
            return false;
        }
    }

    /// <summary>The key as SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7), always the same octets for one key.</summary>
    public byte[] ToSpki() => [.. spki];

    /// <summary>The key as PEM (RFC 7468 section 13), ending in a newline.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", spki) + "\n";

    /// <summary>The key as JWK (RFC 7517) with its algorithm and use.</summary>
    public string ToJwk() => $$"""{{{members[1..^1]}},"alg":"{{JoseNames.Of(Algorithm)}}","use":"sig"}""";

    public void Dispose()
    {
        disposed = true;
        Release();
        GC.SuppressFinalize(this);
    }

    private protected abstract bool Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>Only where a check that is under way survives it.</summary>
    private protected virtual void Release()
    {
    }
}
