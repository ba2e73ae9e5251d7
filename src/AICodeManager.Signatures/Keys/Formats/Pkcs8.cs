using AICodeManager.Signatures.Keys.Kinds;

namespace AICodeManager.Signatures.Keys.Formats;

/// <summary>
/// The frame of a private key in PKCS #8 (RFC 5208, RFC 5958), not encrypted: what kind it is, and for Ed25519 its seed
/// (RFC 8410 section 7, without the optional public key). The framework reads what is inside for RSA and P-256.
/// </summary>
internal static class Pkcs8
{
    private static readonly KeyRefusal Broken = new(KeyFault.Format, "The private key's DER is broken or has more than the key: PKCS #8 of RSA, P-256 or Ed25519, not encrypted, is accepted.");

    /// <summary>All of the DER before the seed.</summary>
    public static ReadOnlySpan<byte> Ed25519Prefix => [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    public static KeyRefusal? Read(ReadOnlySpan<byte> der, out KeyKind kind, out ReadOnlySpan<byte> seed)
    {
        kind = default;
        seed = default;
        var whole = new DerReader(der);
        if (!whole.TryReadLast(DerReader.Sequence, out var content))
        {
            return Broken;
        }

        var info = new DerReader(content);
        if (info.Next == DerReader.Sequence)
        {
            return new(KeyFault.Public, "This is a public or an encrypted key: a private key as PKCS #8, not encrypted, is accepted.");
        }

        if (!info.TryRead(DerReader.Integer, out var version) || version is not [0 or 1] || !info.TryRead(DerReader.Sequence, out var identifier) || !info.TryRead(DerReader.OctetString, out var inner))
        {
            return Broken;
        }

        if (AlgorithmIdentifier.Read(identifier, out kind) is { } refusal)
        {
            return refusal;
        }

        var seedReader = new DerReader(inner);
        return kind != KeyKind.Ed25519 ? null
            : info.AtEnd && seedReader.TryReadLast(DerReader.OctetString, out seed) && seed.Length == Edwards25519.Size ? null
            : new(KeyFault.Format, "The Ed25519 key is not its 32 octets alone: PKCS #8 without attributes or public key (as openssl genpkey writes it) is accepted.");
    }
}
