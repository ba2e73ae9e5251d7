using System.Numerics;
using System.Security.Cryptography;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>Which RSA keys are accepted: 2048 to 4096 bits in whole octets, exponent 65537, a sound modulus.</summary>
internal static class RsaRules
{
    public const int LeastBits = 2048;
    public const int MostBits = 4096;

    /// <summary>The number without leading zeros, big endian.</summary>
    public static KeyRefusal? Refuse(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        if (!IsSize(Bits(modulus)))
        {
            return new(KeyFault.Size, $"The RSA key has {Bits(modulus)} bits: {LeastBits} to {MostBits} bits are accepted, a multiple of 8.");
        }

        // 1 signs everything, 3 and its like have a history of forgeries, and a huge one makes every check slow.
        if (exponent is not [1, 0, 1])
        {
            return new(KeyFault.Exponent, "The RSA key has another public exponent: only 65537 is accepted.");
        }

        return WeakModulus.Is(modulus)
            ? new(KeyFault.Modulus, "The RSA modulus has small factors or comes from a broken generator (ROCA): the product of two large random primes is accepted.")
            : null;
    }

    public static bool IsSize(int bits) => bits is >= LeastBits and <= MostBits && bits % 8 == 0;

    public static int Bits(ReadOnlySpan<byte> modulus) =>
        modulus.IsEmpty ? 0 : (modulus.Length * 8) - (BitOperations.LeadingZeroCount(modulus[0]) - 24);

    public static HashAlgorithmName Hash(SignatureAlgorithm algorithm) =>
        algorithm == SignatureAlgorithm.PS512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
}
