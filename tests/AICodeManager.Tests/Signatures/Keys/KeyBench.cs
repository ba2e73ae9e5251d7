using System.Buffers.Text;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Signatures.Keys;

/// <summary>Builds keys that no honest generator makes.</summary>
internal static class KeyBench
{
    public const string RsaEncryption = "1.2.840.113549.1.1.1";
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string NamedP256 = "1.2.840.10045.3.1.7";
    public const string EdwardsOf25519 = "1.3.101.112";

    private static readonly Lazy<byte[]> Sound = new(() =>
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportParameters(false).Modulus!;
    });

    /// <summary>A sound modulus of 2048 bits; the private half is forgotten.</summary>
    public static byte[] Modulus() => Sound.Value;

    public static BigInteger Number(ReadOnlySpan<byte> octets) => new(octets, isUnsigned: true, isBigEndian: true);

    public static byte[] Octets(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    public static string Pem(byte[] der, string label = "PUBLIC KEY") => PemEncoding.WriteString(label, der) + "\n";

    public static byte[] RsaSpki(BigInteger modulus, BigInteger exponent)
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        using (inner.PushSequence())
        {
            inner.WriteInteger(modulus);
            inner.WriteInteger(exponent);
        }

        return Spki(RsaEncryption, w => w.WriteNull(), inner.Encode());
    }

    public static byte[] EcSpki(byte[] point, string curve = NamedP256) => Spki(EcPublicKey, w => w.WriteObjectIdentifier(curve), point);

    public static byte[] Ed25519Spki(byte[] octets) => Spki(EdwardsOf25519, null, octets);

    public static byte[] Spki(string algorithm, Action<AsnWriter>? parameters, byte[] key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(algorithm);
                parameters?.Invoke(writer);
            }

            writer.WriteBitString(key);
        }

        return writer.Encode();
    }

    public static string RsaJwk(byte[] modulus, byte[] exponent, string more = "") =>
        $$"""{"kty":"RSA","n":"{{Base64Url.EncodeToString(modulus)}}","e":"{{Base64Url.EncodeToString(exponent)}}"{{more}}}""";

    /// <summary>The key is refused for this reason, in one line that says what is accepted.</summary>
    public static void Refused(KeyFault expected, string? text, SignatureAlgorithm? wanted = null)
    {
        Assert.False(PublicKeys.TryRead(text, wanted, out var key, out var fault, out var why), text);
        Assert.Null(key);
        Assert.Equal((expected, text), (fault, text));
        Says(why);
    }

    public static void Refused(KeyFault expected, byte[] spki)
    {
        Assert.False(PublicKeys.TryReadSpki(spki, null, out _, out var fault, out var why));
        Assert.Equal((expected, Convert.ToHexString(spki)), (fault, Convert.ToHexString(spki)));
        Says(why);
        Refused(expected, Pem(spki));
    }

    public static VerifyingKey Accepted(string? text, SignatureAlgorithm? wanted = null)
    {
        Assert.True(PublicKeys.TryRead(text, wanted, out var key, out var fault, out var why), $"{fault}: {why}\n{text}");
        Assert.Equal((KeyFault.None, ""), (fault, why));
        return key;
    }

    private static void Says(string why)
    {
        Assert.Matches(@"^[A-Z][^\n\r]{20,250}\.$", why);
        Assert.Matches("accepted|must be|is for|send the public", why);
    }
}
