using System.Security.Cryptography;
using AICodeManager.Signatures.Keys.Formats;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>ECDSA on P-256, r and s side by side.</summary>
internal sealed class EcdsaSigningKey(ECDsa ecdsa) : SigningKey(SignatureAlgorithm.ES256, 2 * P256.Size, () => ToPublic(ecdsa))
{
    /// <summary>The curve must have been read by <see cref="Pkcs8"/>.</summary>
    public static EcdsaSigningKey Import(ReadOnlySpan<byte> pkcs8)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
            return new(ecdsa);
        }
        catch (CryptographicException)
        {
            ecdsa.Dispose();
            throw;
        }
    }

    public override byte[] ToPkcs8() => ecdsa.ExportPkcs8PrivateKey();

    private protected override void Make(ReadOnlySpan<byte> data, Span<byte> to) =>
        Demand(ecdsa.TrySignData(data, to, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var written), written, to.Length);

    private protected override void Dispose(bool disposing) => ecdsa.Dispose();

    private static EcdsaVerifyingKey ToPublic(ECDsa ecdsa)
    {
        var point = ecdsa.ExportParameters(false).Q;
        return EcdsaVerifyingKey.Import(point.X!, point.Y!);
    }
}
