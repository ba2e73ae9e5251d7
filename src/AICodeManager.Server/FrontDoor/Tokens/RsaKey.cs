using System.Security.Cryptography;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>RS256 or PS256 (RFC 7518 sections 3.3 and 3.5: a salt as long as the hash), 2048 to 4096 bits.</summary>
internal sealed class RsaKey(string algorithm, string id, RSA rsa) : JwsKey(algorithm, id)
{
    public const string Pkcs1Name = "RS256", PssName = "PS256";
    public const int MinBits = 2048, MaxBits = 4096;

    private readonly RSASignaturePadding padding = algorithm switch
    {
        Pkcs1Name => RSASignaturePadding.Pkcs1,
        PssName => RSASignaturePadding.Pss,
        _ => throw new ArgumentException($"{algorithm} is not an RSA algorithm of this server.", nameof(algorithm)),
    };

    public override int SignatureLength { get; } = (rsa.KeySize + 7) / 8;

    public override bool Verify(ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        return rsa.VerifyHash(hash, signature, HashAlgorithmName.SHA256, padding);
    }

    public override void Sign(ReadOnlySpan<byte> input, Span<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        rsa.SignHash(hash, signature, HashAlgorithmName.SHA256, padding);
    }
}
