using System.Numerics;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>
/// The curve edwards25519 (RFC 8032 section 5.1): which 32 octets are a public key. libcrypto looks only when it checks
/// a signature, and then takes any point.
/// </summary>
/// <remarks>
/// Refused are coordinates not reduced (one key would have two thumbprints), octets that are no point, and the eight
/// points of small order. For those, everybody can write signatures without a private key, so that a signature would
/// prove nothing about who made it; no key that was generated is one of them. Points with a component of small order
/// beside a large one are taken: signing for them still needs the private key.
/// </remarks>
internal static class Edwards25519
{
    public const int Size = 32;

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger D = Reduce(-121665 * BigInteger.ModPow(121666, P - 2, P));

    public static KeyRefusal? Refuse(ReadOnlySpan<byte> key)
    {
        if (key.Length != Size)
        {
            return new(KeyFault.Point, "The Ed25519 key does not have 32 octets: exactly 32 are accepted.");
        }

        Span<byte> octets = stackalloc byte[Size];
        key.CopyTo(octets);
        octets[^1] &= 0x7f; // the sign of x
        var y = new BigInteger(octets, isUnsigned: true);

        // x^2 = u / v; v is never zero, as d is no square.
        var u = Reduce((y * y) - 1);
        var v = Reduce((D * y * y) + 1);

        // Doubling a point thrice gives the neutral one if its double has a zero coordinate: x = 0, y = 0 or x^2 = -y^2.
        return y >= P || !IsSquare(u * v) || (u * y * ((y * y * v) + u) % P).IsZero
            ? new(KeyFault.Point, "The Ed25519 key is no usable point of the curve: a generated public key, encoded as RFC 8032 says, is accepted.")
            : null;
    }

    private static bool IsSquare(BigInteger number) => BigInteger.ModPow(number, (P - 1) / 2, P) <= 1;

    private static BigInteger Reduce(BigInteger number)
    {
        var rest = number % P;
        return rest.Sign < 0 ? rest + P : rest;
    }
}
