using System.Security.Cryptography;
using AICodeManager.Signatures.Keys.Formats;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>Ed25519 by the system's libcrypto. The public half is always computed from the seed, never taken from outside.</summary>
internal sealed class Ed25519SigningKey : SigningKey
{
    private readonly EvpKey key;

    private Ed25519SigningKey(EvpKey key)
        : base(SignatureAlgorithm.Ed25519, EvpKey.SignatureLength, () => Ed25519VerifyingKey.Import(key.PublicKey())) =>
        this.key = key;

    public static Ed25519SigningKey Make()
    {
        Span<byte> seed = stackalloc byte[Edwards25519.Size];
        RandomNumberGenerator.Fill(seed);
        try
        {
            return Import(seed, out var refusal) ?? throw new PlatformNotSupportedException(refusal!.Why);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    public static Ed25519SigningKey? Import(ReadOnlySpan<byte> seed, out KeyRefusal? refusal)
    {
        refusal = Ed25519.Available ? null : new(KeyFault.Unavailable, Ed25519.Missing);
        return refusal is null ? new(EvpKey.FromSeed(seed)) : null;
    }

    public override byte[] ToPkcs8()
    {
        var der = new byte[Pkcs8.Ed25519Prefix.Length + Edwards25519.Size];
        Pkcs8.Ed25519Prefix.CopyTo(der);
        key.CopySeed(der.AsSpan(Pkcs8.Ed25519Prefix.Length));
        return der;
    }

    private protected override void Make(ReadOnlySpan<byte> data, Span<byte> to) => key.Sign(data, to);

    private protected override void Dispose(bool disposing) => key.Dispose();
}
