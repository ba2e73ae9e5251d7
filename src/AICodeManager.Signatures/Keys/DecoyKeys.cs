using System.Collections.Concurrent;
using System.Security.Cryptography;
using AICodeManager.Signatures.Keys.Kinds;

namespace AICodeManager.Signatures.Keys;

/// <summary>
/// Keys that nobody holds, for a check of an unknown key's signature that costs what a real one costs. Check the
/// signature that was presented: a made-up one would tell known from unknown, because a real key refuses numbers out of
/// range at once. P-256 stands in for Ed25519, whose signatures are as long: a third faster, which no answer may show.
/// </summary>
public static class DecoyKeys
{
    private static readonly ConcurrentDictionary<int, VerifyingKey> Kept = [];

    /// <summary>A key whose signatures have this many octets, or null where no accepted key has such (then every check is false at once).</summary>
    public static VerifyingKey? For(int signatureLength) =>
        signatureLength == 2 * P256.Size || RsaRules.IsSize(signatureLength * 8) ? Kept.GetOrAdd(signatureLength, Make) : null;

    private static VerifyingKey Make(int signatureLength)
    {
        if (signatureLength == 2 * P256.Size)
        {
            using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var point = pair.ExportParameters(false).Q;
            return EcdsaVerifyingKey.Import(point.X!, point.Y!);
        }

        // Any odd number of this length will do: that nobody knows its factors is the point.
        var modulus = RandomNumberGenerator.GetBytes(signatureLength);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        return RsaVerifyingKey.Import(modulus, [1, 0, 1], SignatureAlgorithm.PS256);
    }
}
