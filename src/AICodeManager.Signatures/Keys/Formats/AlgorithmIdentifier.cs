namespace AICodeManager.Signatures.Keys.Formats;

/// <summary>What an AlgorithmIdentifier (RFC 5280 section 4.1.1.2) says of a key: the same in public and private ones.</summary>
internal static class AlgorithmIdentifier
{
    private static ReadOnlySpan<byte> RsaEncryption => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

    private static ReadOnlySpan<byte> RsassaPss => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];

    private static ReadOnlySpan<byte> EcPublicKey => [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

    private static ReadOnlySpan<byte> NamedP256 => [DerReader.ObjectIdentifier, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

    private static ReadOnlySpan<byte> EdwardsOf25519 => [0x2b, 0x65, 0x70];

    private static ReadOnlySpan<byte> Null => [0x05, 0x00];

    public static KeyRefusal? Read(ReadOnlySpan<byte> content, out KeyKind kind)
    {
        kind = default;
        var reader = new DerReader(content);
        if (!reader.TryRead(DerReader.ObjectIdentifier, out var name))
        {
            return new(KeyFault.Format, "The key does not say what it is: RSA, P-256 and Ed25519 keys are accepted.");
        }

        var parameters = content[(2 + name.Length)..];
        if (name.SequenceEqual(RsaEncryption))
        {
            kind = KeyKind.Rsa;
            return parameters.SequenceEqual(Null) ? null : new(KeyFault.Format, "An RSA key has NULL for its parameters: rsaEncryption of 2048 to 4096 bits is accepted.");
        }

        if (name.SequenceEqual(RsassaPss))
        {
            // Its parameters would bind the key to one hash and salt; no common client needs it, and two spellings of a
            // key are one too many.
            return new(KeyFault.Kind, "The key is marked id-RSASSA-PSS: the same RSA key marked rsaEncryption, as key generators write it by default, is accepted.");
        }

        if (name.SequenceEqual(EcPublicKey))
        {
            kind = KeyKind.P256;
            return parameters.SequenceEqual(NamedP256) ? null : new(KeyFault.Curve, "The key is on another curve: P-256 (prime256v1), by its name, is accepted.");
        }

        if (name.SequenceEqual(EdwardsOf25519))
        {
            kind = KeyKind.Ed25519;
            return parameters.IsEmpty ? null : new(KeyFault.Format, "An Ed25519 key has no parameters: RFC 8410 section 3 is accepted.");
        }

        return new(KeyFault.Kind, "The key is of another kind: RSA (2048 to 4096 bits), P-256 and Ed25519 are accepted.");
    }
}
