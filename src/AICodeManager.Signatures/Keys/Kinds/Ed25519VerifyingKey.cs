using System.Buffers.Text;
using AICodeManager.Signatures.Keys.Formats;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>Ed25519 (RFC 8032 section 5.1.7) by the system's libcrypto, which refuses S that is not reduced.</summary>
internal sealed class Ed25519VerifyingKey : VerifyingKey
{
    private readonly EvpKey key;

    private Ed25519VerifyingKey(EvpKey key, byte[] octets)
        : base(
            SignatureAlgorithm.Ed25519,
            256,
            EvpKey.SignatureLength,
            [.. Spki.Ed25519Prefix, .. octets],
            $$"""{"crv":"Ed25519","kty":"OKP","x":"{{Base64Url.EncodeToString(octets)}}"}""") =>
        this.key = key;

    /// <summary>The octets must have passed <see cref="Edwards25519"/>.</summary>
    public static Ed25519VerifyingKey Import(byte[] octets) => new(EvpKey.FromPublic(octets), octets);

    private protected override bool Check(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => key.Verify(data, signature);

    private protected override void Release() => key.Dispose();
}
