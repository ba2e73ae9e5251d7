using System.Numerics;
using System.Security.Cryptography;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Keys.Kinds;

namespace AICodeManager.Tests.Signatures.Keys;

/// <summary>Keys made to be weak, to cost work or to break the reader.</summary>
public sealed class HostileKeyTests
{
    private static readonly BigInteger F4 = 65537;
    private static readonly byte[] Sound = KeyBench.Modulus();
    private static readonly BigInteger N = KeyBench.Number(Sound);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(65535)]
    [InlineData(65539)]
    [InlineData((1L << 33) + 1)]
    public void Cannot_use_another_rsa_exponent(long exponent)
    {
        KeyBench.Refused(KeyFault.Exponent, KeyBench.RsaSpki(N, exponent));
        KeyBench.Refused(KeyFault.Exponent, KeyBench.RsaJwk(Sound, KeyBench.Octets(exponent)));
    }

    [Fact]
    public void Cannot_use_an_exponent_as_long_as_the_modulus() => KeyBench.Refused(KeyFault.Exponent, KeyBench.RsaSpki(N, N - 2));

    [Theory]
    [InlineData(8)]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(2040)]
    [InlineData(2047)]
    [InlineData(2049)]
    [InlineData(4095)]
    [InlineData(4097)]
    [InlineData(4104)]
    [InlineData(16384)]
    public void Cannot_use_another_rsa_size(int bits)
    {
        var modulus = BigInteger.Pow(2, bits - 1) + 1;
        KeyBench.Refused(KeyFault.Size, KeyBench.RsaSpki(modulus, F4));
        KeyBench.Refused(KeyFault.Size, KeyBench.RsaJwk(KeyBench.Octets(modulus), [1, 0, 1]));
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(2056)]
    [InlineData(4096)]
    public void Can_use_every_accepted_rsa_size(int bits)
    {
        // That its large factors are unknown is all that can be seen of a good one.
        var modulus = BigInteger.Pow(2, bits) - 1;
        while (WeakModulus.Is(KeyBench.Octets(modulus)))
        {
            modulus -= 2;
        }

        using var key = KeyBench.Accepted(KeyBench.Pem(KeyBench.RsaSpki(modulus, F4)));
        Assert.Equal((bits, bits / 8), (key.Bits, key.SignatureLength));
    }

    [Fact]
    public void Cannot_use_a_weak_modulus()
    {
        KeyBench.Refused(KeyFault.Modulus, KeyBench.RsaSpki(N - 1, F4));
        KeyBench.Refused(KeyFault.Modulus, KeyBench.RsaJwk(KeyBench.Octets(N ^ 1), [1, 0, 1]));
        KeyBench.Refused(KeyFault.Modulus, KeyBench.RsaSpki((N / 701 * 701) + (N / 701).IsEven switch { true => 701, false => 0 }, F4));

        // Made as the broken generator makes its product: a power of 65537 modulo the first 126 primes (CVE-2017-15361).
        var primorial = Enumerable.Range(2, 700).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0)).Aggregate(BigInteger.One, (product, p) => product * p);
        var modulus = BigInteger.ModPow(F4, 1234567, primorial);
        modulus += primorial * (((BigInteger.One << 2047) / primorial) + 1);
        KeyBench.Refused(KeyFault.Modulus, KeyBench.RsaSpki(modulus, F4));
        Assert.Equal(2048, modulus.GetBitLength());
    }

    [Fact]
    public void Cannot_use_a_point_that_is_not_on_p256()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = pair.ExportParameters(false).Q;
        byte[] point = [4, .. q.X!, .. q.Y!];
        KeyBench.Accepted(KeyBench.Pem(KeyBench.EcSpki(point))).Dispose();

        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([0])); // infinity
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([]));
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([4, .. new byte[64]]));
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([.. point[..^1], (byte)(point[^1] ^ 1)]));
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([4, .. q.Y!, .. q.X!]));
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([(byte)(2 + (q.Y![^1] & 1)), .. q.X!])); // compressed
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([(byte)(6 + (q.Y![^1] & 1)), .. q.X!, .. q.Y!])); // hybrid
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([.. point, 0]));
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki(point[..^1]));
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([4, .. Enumerable.Repeat((byte)0xff, 64)]));
    }

    [Fact]
    public void Cannot_use_a_coordinate_that_is_not_reduced()
    {
        // x = 5 is on the curve; x = 5 + p has the same point and would be a second name for the key.
        var p = BigInteger.Parse("115792089210356248762697446949407573530086143415290314195533631308867097853951");
        var b = BigInteger.Parse("41058363725152142129326129780047268409114441015993725554835256314039467401291");
        var y = BigInteger.ModPow(((5 * 5 * 5) - 15 + b) % p, (p + 1) / 4, p);
        var ys = y.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] padded = [.. new byte[32 - ys.Length], .. ys];
        KeyBench.Accepted(KeyBench.Pem(KeyBench.EcSpki([4, .. new byte[31], 5, .. padded]))).Dispose();
        KeyBench.Refused(KeyFault.Point, KeyBench.EcSpki([4, .. KeyBench.Octets(p + 5), .. padded]));
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")] // order 1
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // 2
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")] // 4
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")] // 4
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")] // 8
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")] // 8
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")] // 8
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")] // 8
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")] // 1, with a sign that zero does not have
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")] // 2, likewise
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // p, which is 0
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // p + 1
    [InlineData("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // p + 3: a point of large order
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000")] // no point
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("03000000000000000000000000000000000000000000000000000000000000")] // 31 octets
    [InlineData("030000000000000000000000000000000000000000000000000000000000000000")] // 33
    [InlineData("")]
    public void Cannot_use_an_ed25519_key_that_is_no_key(string hex) =>
        KeyBench.Refused(KeyFault.Point, KeyBench.Ed25519Spki(Convert.FromHexString(hex)));

    /// <summary>Why the points of small order are refused: for the first of them, one signature is valid for every message.</summary>
    [Fact]
    public void Can_sign_without_a_private_key_for_a_point_of_small_order_inside_libcrypto()
    {
        Assert.SkipUnless(Ed25519.Available, "this system has no libcrypto 3");
        byte[] neutral = [1, .. new byte[31]];
        using var key = EvpKey.FromPublic(neutral);
        Assert.True(key.Verify("anything"u8, [.. neutral, .. new byte[32]]));
        Assert.True(key.Verify("anything else"u8, [.. neutral, .. new byte[32]]));
        KeyBench.Refused(KeyFault.Point, KeyBench.Ed25519Spki(neutral));
    }

    [Fact]
    public void Can_say_that_ed25519_is_not_available()
    {
        var material = new PublicMaterial(KeyKind.Ed25519, Convert.FromHexString("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), []);
        Assert.Null(material.Import(null, ed25519: false, out var refusal));
        Assert.Equal(KeyFault.Unavailable, refusal!.Fault);
        Assert.Contains("libcrypto.so.3", refusal.Why, StringComparison.Ordinal);
        Assert.False(Libcrypto.TryLoad(["libcrypto-of-nobody.so.3"], out _));
    }

    [Fact]
    public void Cannot_make_the_reader_work_on_huge_texts()
    {
        KeyBench.Refused(KeyFault.TooLarge, KeyBench.Pem(KeyBench.RsaSpki((BigInteger.One << 65535) + 1, F4)));
        KeyBench.Refused(KeyFault.TooLarge, "{\"kty\":\"RSA\",\"n\":\"" + new string('A', 100_000) + "\",\"e\":\"AQAB\"}");
        KeyBench.Refused(KeyFault.TooLarge, new string(' ', 8193));
        KeyBench.Refused(KeyFault.TooLarge, string.Concat(Enumerable.Repeat("-----BEGIN PUBLIC KEY-----", 4000)));
        Assert.False(PublicKeys.TryReadSpki(new byte[1 << 20], null, out _, out var fault, out _));
        Assert.Equal(KeyFault.TooLarge, fault);
        Assert.False(SigningKey.TryReadPem(new string('-', 8193), null, out _, out fault, out _));
        Assert.Equal(KeyFault.TooLarge, fault);
        KeyBench.Refused(KeyFault.Size, KeyBench.RsaJwk([0xff, .. new byte[5000], 1], [1, 0, 1]));
    }
}
