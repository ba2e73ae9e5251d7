using System.Security.Cryptography;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>RSASSA-PSS with a salt as long as the hash.</summary>
internal sealed class RsaSigningKey : SigningKey
{
    private readonly RSA rsa;
    private readonly HashAlgorithmName hash;

    private RsaSigningKey(RSA rsa, SignatureAlgorithm algorithm)
        : base(algorithm, rsa.KeySize / 8, () => ToPublic(rsa, algorithm))
    {
        this.rsa = rsa;
        hash = RsaRules.Hash(algorithm);
    }

    public static RsaSigningKey Make(SignatureAlgorithm algorithm, int bits) => RsaRules.IsSize(bits)
        ? new(RSA.Create(bits), algorithm)
        : throw new ArgumentOutOfRangeException(nameof(bits), bits, $"{RsaRules.LeastBits} to {RsaRules.MostBits} bits are accepted, a multiple of 8.");

    public static RsaSigningKey? Import(ReadOnlySpan<byte> pkcs8, SignatureAlgorithm algorithm, out KeyRefusal? refusal)
    {
        var rsa = RSA.Create();
        var kept = false;
        try
        {
            rsa.ImportPkcs8PrivateKey(pkcs8, out _);
            var numbers = rsa.ExportParameters(false);
            refusal = RsaRules.Refuse(numbers.Modulus, numbers.Exponent);
            kept = refusal is null;
            return kept ? new(rsa, algorithm) : null;
        }
        finally
        {
            if (!kept)
            {
                rsa.Dispose();
            }
        }
    }

    public override byte[] ToPkcs8() => rsa.ExportPkcs8PrivateKey();

    private protected override void Make(ReadOnlySpan<byte> data, Span<byte> to) =>
        Demand(rsa.TrySignData(data, to, hash, RSASignaturePadding.Pss, out var written), written, to.Length);

    private protected override void Dispose(bool disposing) => rsa.Dispose();

    private static RsaVerifyingKey ToPublic(RSA rsa, SignatureAlgorithm algorithm)
    {
        var numbers = rsa.ExportParameters(false);
        return RsaVerifyingKey.Import(numbers.Modulus!, numbers.Exponent!, algorithm);
    }
}
