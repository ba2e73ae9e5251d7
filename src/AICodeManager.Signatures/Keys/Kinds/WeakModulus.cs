using System.Numerics;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>
/// Tells an RSA modulus that should never have been made: one with a small factor, or of the generator in chips that
/// CVE-2017-15361 (ROCA) is about, whose keys can be factored. Microseconds, whatever the modulus.
/// </summary>
/// <remarks>
/// That generator makes primes that are a power of 65537 modulo the product of the first 126 primes, so that the modulus
/// is one too, modulo each of them. Of other keys, less than one in 2^100 looks so by chance.
/// </remarks>
internal static class WeakModulus
{
    private static readonly (int Prime, bool[] Powers)[] Primes = [.. OddPrimes(701).Select(p => (p, PowersOf65537(p)))];

    private static readonly BigInteger Product = Primes.Aggregate(BigInteger.One, (product, p) => product * p.Prime);

    public static bool Is(ReadOnlySpan<byte> modulus)
    {
        var n = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        var rest = BigInteger.Remainder(n, Product);
        return n.IsEven || !BigInteger.GreatestCommonDivisor(rest, Product).IsOne || Array.TrueForAll(Primes, p => p.Powers[(int)(rest % p.Prime)]);
    }

    private static bool[] PowersOf65537(int prime)
    {
        var powers = new bool[prime];
        for (var power = 1; !powers[power]; power = (int)(power * 65537L % prime))
        {
            powers[power] = true;
        }

        return powers;
    }

    private static List<int> OddPrimes(int last)
    {
        List<int> primes = [];
        for (var candidate = 3; candidate <= last; candidate += 2)
        {
            if (primes.TrueForAll(p => candidate % p != 0))
            {
                primes.Add(candidate);
            }
        }

        return primes;
    }
}
