using System.Numerics;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>The curve P-256 (FIPS 186-4 appendix D.1.2.3): whether two coordinates are a point of it.</summary>
internal static class P256
{
    public const int Size = 32;

    private static readonly BigInteger P = Number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger B = Number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    public static readonly KeyRefusal NoPoint = new(KeyFault.Point, "The public key is no point of P-256: an uncompressed point on the curve, with coordinates of 32 octets, is accepted.");

    // The curve has no small subgroups: every point but the one at infinity, which has no coordinates, is a good key.
    public static KeyRefusal? Refuse(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        x.Length == Size && y.Length == Size && Holds(x, y)
            ? null
            : NoPoint;

    private static bool Holds(ReadOnlySpan<byte> xs, ReadOnlySpan<byte> ys)
    {
        var x = new BigInteger(xs, isUnsigned: true, isBigEndian: true);
        var y = new BigInteger(ys, isUnsigned: true, isBigEndian: true);
        return x < P && y < P && ((y * y) - (x * x * x) + (3 * x) - B) % P == 0;
    }

    private static BigInteger Number(string hex) => new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);
}
