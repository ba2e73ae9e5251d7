using System.Text;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Signatures.Keys;

public sealed class KeyRoundTripTests
{
    private static readonly byte[] Message = "the signature base"u8.ToArray();

    // Made once: finding its primes takes longer than all that is done with it.
    private static readonly Lazy<byte[]> Rsa = new(() => SigningKey.Generate(SignatureAlgorithm.PS256).ToPkcs8());

    public static TheoryData<SignatureAlgorithm, int> Every => new()
    {
        { SignatureAlgorithm.PS256, 2048 }, { SignatureAlgorithm.PS512, 2048 },
        { SignatureAlgorithm.ES256, 256 }, { SignatureAlgorithm.Ed25519, 256 },
    };

    [Theory]
    [MemberData(nameof(Every))]
    public void Can_sign_verify_and_read_back_what_was_written(SignatureAlgorithm algorithm, int bits)
    {
        using var made = Make(algorithm, bits);
        var signature = new byte[made.SignatureLength + 1];
        Assert.Equal(made.SignatureLength, made.Sign(Message, signature));
        Assert.Equal(0, signature[^1]);
        signature = signature[..^1];

        Assert.True(SigningKey.TryReadPem(made.ToPem().ReplaceLineEndings("\r\n"), algorithm, out var read, out var fault, out var why), $"{fault} {why}");
        using var again = SigningKey.FromPkcs8(read.ToPkcs8(), algorithm);
        foreach (var text in new[] { made.Public.ToPem(), made.Public.ToPem().ReplaceLineEndings("\r\n"), made.Public.ToPem().TrimEnd(), made.Public.ToJwk() })
        {
            Assert.True(PublicKeys.TryRead(text, null, out var key, out fault, out why) || algorithm == SignatureAlgorithm.PS512, $"{fault} {why}");
            key?.Dispose();
            Assert.True(PublicKeys.TryRead(text, algorithm, out key, out _, out _));
            Assert.Equal(made.Public.Thumbprint, key.Thumbprint);
            Assert.Equal(again.Public.Thumbprint, key.Thumbprint);
            Assert.Equal(bits, key.Bits);
            Assert.Equal(algorithm, key.Algorithm);
            Assert.True(key.Verify(Message, signature));
            again.Sign(Message, signature);
            Assert.True(key.Verify(Message, signature));
        }

        Assert.True(PublicKeys.TryReadSpki(made.Public.ToSpki(), algorithm, out var spki, out _, out _));
        Assert.Equal(made.Public.Thumbprint, spki.Thumbprint);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Cannot_verify_anything_but_the_signature(SignatureAlgorithm algorithm, int bits)
    {
        using var key = Make(algorithm, bits);
        var signature = new byte[key.SignatureLength];
        key.Sign(Message, signature);
        Assert.False(key.Public.Verify([.. Message, 0], signature));
        Assert.False(key.Public.Verify([], signature));
        Assert.False(key.Public.Verify(Message, []));
        Assert.False(key.Public.Verify(Message, signature.AsSpan(1)));
        Assert.False(key.Public.Verify(Message, [.. signature, 0]));
        Assert.False(key.Public.Verify(Message, [0, .. signature]));
        Assert.False(key.Public.Verify(Message, new byte[key.SignatureLength]));
        Assert.False(key.Public.Verify(Message, Enumerable.Repeat((byte)0xff, key.SignatureLength).ToArray()));
        for (var i = 0; i < signature.Length; i += 7)
        {
            signature[i] ^= 1;
            Assert.False(key.Public.Verify(Message, signature));
            signature[i] ^= 1;
        }

        Assert.True(key.Public.Verify(Message, signature));
        key.Public.Dispose();
        Assert.False(key.Public.Verify(Message, signature));
    }

    [Fact]
    public void Cannot_verify_one_algorithm_as_another_of_the_same_key()
    {
        using var ps256 = SigningKey.Generate(SignatureAlgorithm.PS256);
        using var ps512 = SigningKey.FromPkcs8(ps256.ToPkcs8(), SignatureAlgorithm.PS512);
        var signature = new byte[256];
        ps256.Sign(Message, signature);
        Assert.False(ps512.Public.Verify(Message, signature));
        Assert.Equal(ps256.Public.Thumbprint, ps512.Public.Thumbprint);
    }

    [Fact]
    public void Cannot_sign_into_too_little_room()
    {
        using var key = SigningKey.Generate();
        Assert.Equal(SignatureAlgorithm.ES256, key.Algorithm);
        Assert.Throws<ArgumentException>(() => key.Sign(Message, new byte[63]));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Can_use_one_key_from_many_threads(SignatureAlgorithm algorithm, int bits)
    {
        using var key = Make(algorithm, bits);
        var wrong = 0;
        var threads = Enumerable.Range(0, 8).Select(n => new Thread(() =>
        {
            var signature = new byte[key.SignatureLength];
            for (var i = 0; i < 25; i++)
            {
                var message = Encoding.UTF8.GetBytes($"{n}/{i}");
                key.Sign(message, signature);
                if (!key.Public.Verify(message, signature) || key.Public.Verify(Message, signature))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Equal(0, wrong);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Can_dispose_a_key_while_others_verify_with_it(SignatureAlgorithm algorithm, int bits)
    {
        using var key = Make(algorithm, bits);
        var signature = new byte[key.SignatureLength];
        key.Sign(Message, signature);
        for (var round = 0; round < 10; round++)
        {
            Assert.True(PublicKeys.TryReadSpki(key.Public.ToSpki(), algorithm, out var shared, out _, out _));
            var thrown = 0;
            var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                try
                {
                    while (shared.Verify(Message, signature))
                    {
                    }
                }
                catch (Exception)
                {
                    Interlocked.Increment(ref thrown);
                }
            })).ToList();
            threads.ForEach(t => t.Start());
            shared.Dispose();
            threads.ForEach(t => t.Join());
            Assert.Equal(0, thrown);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Can_verify_without_much_allocation(SignatureAlgorithm algorithm, int bits)
    {
        using var key = Make(algorithm, bits);
        var signature = new byte[key.SignatureLength];
        long signing = 0, verifying = 0;
        for (var i = 0; i < 40; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            key.Sign(Message, signature);
            var between = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(key.Public.Verify(Message, signature));

            // The framework's pools and caches fill in the first rounds.
            signing = i < 20 ? 0 : Math.Max(signing, between - before);
            verifying = i < 20 ? 0 : Math.Max(verifying, GC.GetAllocatedBytesForCurrentThread() - between);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{algorithm}: signing {signing} bytes, verifying {verifying} bytes");
        Assert.InRange(signing, 0, 1024);
        Assert.InRange(verifying, 0, 512);
    }

    private static SigningKey Make(SignatureAlgorithm algorithm, int bits)
    {
        Assert.SkipUnless(algorithm != SignatureAlgorithm.Ed25519 || Ed25519.Available, "this system has no libcrypto 3");
        return bits == 256 ? SigningKey.Generate(algorithm) : SigningKey.FromPkcs8(Rsa.Value, algorithm);
    }
}
