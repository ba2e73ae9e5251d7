using AICodeManager.Signatures.Keys.Kinds;

namespace AICodeManager.Signatures.Keys.Formats;

/// <summary>SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7; RFC 3279, 5480 and 8410 for the three kinds), whole and nothing after it.</summary>
internal static class Spki
{
    private const string Accepted = "SubjectPublicKeyInfo (BEGIN PUBLIC KEY) of RSA, P-256 or Ed25519 is accepted";

    private static readonly KeyRefusal Broken = new(KeyFault.Format, $"The key's DER is broken or has more than the key: {Accepted}.");

    /// <summary>All of the DER before the coordinates x and y.</summary>
    public static ReadOnlySpan<byte> P256Prefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    /// <summary>All of the DER before the 32 octets of the key.</summary>
    public static ReadOnlySpan<byte> Ed25519Prefix => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    public static PublicMaterial? Read(ReadOnlySpan<byte> der, out KeyRefusal? refusal)
    {
        refusal = Broken;
        var whole = new DerReader(der);
        if (!whole.TryReadLast(DerReader.Sequence, out var content))
        {
            return null;
        }

        var info = new DerReader(content);
        if (info.Next == DerReader.Integer)
        {
            // A version comes first in private keys, a modulus in the RSA keys of PKCS #1.
            refusal = info.TryRead(DerReader.Integer, out var number) && number.Length == 1
                ? new(KeyFault.Private, "This is a private key: never send it, make a new pair and send the public key.")
                : new(KeyFault.Format, $"This is an RSA key as PKCS #1 has it: {Accepted}.");
            return null;
        }

        if (!info.TryRead(DerReader.Sequence, out var identifier)
            || !info.TryReadLast(DerReader.BitString, out var bits)
            || bits is not [0, .. var key])
        {
            return null;
        }

        refusal = AlgorithmIdentifier.Read(identifier, out var kind);
        if (refusal is not null)
        {
            return null;
        }

        switch (kind)
        {
            case KeyKind.Rsa:
                return Rsa(key, out refusal);
            case KeyKind.P256 when key is [4, .. var point] && point.Length == 2 * P256.Size:
                return new(kind, [.. point[..P256.Size]], [.. point[P256.Size..]]);
            case KeyKind.P256:
                refusal = P256.NoPoint;
                return null;
            default:
                return new(kind, [.. key], []);
        }
    }

    private static PublicMaterial? Rsa(ReadOnlySpan<byte> key, out KeyRefusal? refusal)
    {
        refusal = Broken;
        var whole = new DerReader(key);
        if (!whole.TryReadLast(DerReader.Sequence, out var content))
        {
            return null;
        }

        var numbers = new DerReader(content);
        if (!numbers.TryReadPositive(out var modulus) || !numbers.TryReadPositive(out var exponent) || !numbers.AtEnd)
        {
            return null;
        }

        refusal = null;
        return new(KeyKind.Rsa, [.. modulus], [.. exponent]);
    }
}
