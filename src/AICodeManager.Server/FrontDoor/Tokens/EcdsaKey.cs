using System.Security.Cryptography;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>ES256 (RFC 7518 section 3.4): P-256, the signature as two numbers of fixed size, never DER.</summary>
internal sealed class EcdsaKey(string id, ECDsa ecdsa) : JwsKey(Name, id)
{
    public const string Name = "ES256";

    public override int SignatureLength => 64;

    public override bool Verify(ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        return ecdsa.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public override void Sign(ReadOnlySpan<byte> input, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        ecdsa.SignHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
