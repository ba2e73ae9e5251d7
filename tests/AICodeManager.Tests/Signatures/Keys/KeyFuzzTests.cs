using System.Text;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Signatures.Keys;

/// <summary>Mutated keys: whatever is sent, the answer is a key or a reason, never an exception.</summary>
public sealed class KeyFuzzTests
{
    private static readonly SigningKey[] Seeds =
    [
        SigningKey.Generate(SignatureAlgorithm.PS256), SigningKey.Generate(),
        .. Ed25519.Available ? [SigningKey.Generate(SignatureAlgorithm.Ed25519)] : Array.Empty<SigningKey>(),
    ];

    [Fact]
    public void Can_answer_any_pem() => Run(30_000, 1, Seeds.Select(k => Encoding.Latin1.GetBytes(k.Public.ToPem())), octets => Read(Encoding.Latin1.GetString(octets)));

    [Fact]
    public void Can_answer_any_jwk() => Run(30_000, 2, Seeds.Select(k => Encoding.UTF8.GetBytes(k.Public.ToJwk())), octets => Read(Encoding.Latin1.GetString(octets)));

    [Fact]
    public void Can_answer_any_der() => Run(40_000, 3, Seeds.Select(k => k.Public.ToSpki()), octets =>
    {
        PublicKeys.TryReadSpki(octets, null, out var key, out var fault, out var why);
        if (key is not null)
        {
            // One key has one DER: what was accepted is what would be written.
            Assert.Equal(octets, key.ToSpki());
        }

        return Judge(key, fault, why);
    });

    [Fact]
    public void Can_answer_any_private_key() => Run(6_000, 4, Seeds.Select(k => k.ToPkcs8()), octets =>
    {
        var read = SigningKey.TryReadPem(KeyBench.Pem(octets, "PRIVATE KEY"), null, out var key, out var fault, out var why);
        key?.Dispose();
        Assert.Equal(read, fault == KeyFault.None);
        return why;
    });

    private static string Read(string text)
    {
        PublicKeys.TryRead(text, null, out var key, out var fault, out var why);
        return Judge(key, fault, why);
    }

    private static string Judge(VerifyingKey? key, KeyFault fault, string why)
    {
        Assert.Equal(key is not null, fault == KeyFault.None);
        Assert.NotEqual(key is not null, why.Length > 0);
        Assert.False(key?.Verify("data"u8, new byte[key.SignatureLength]) ?? false);
        key?.Dispose();
        return why;
    }

    private static void Run(int cases, int seed, IEnumerable<byte[]> seeds, Func<byte[], string> read)
    {
        var random = new Random(seed);
        var from = seeds.ToArray();
        var answers = new HashSet<string>();
        for (var i = 0; i < cases; i++)
        {
            answers.Add(read(Mutate(random, from)));
        }

        // The sentences are fixed but for a number of bits: nothing of the input is in them.
        Assert.InRange(answers.Count(a => !a.Contains("bits:", StringComparison.Ordinal)), 4, 30);
    }

    private static byte[] Mutate(Random random, byte[][] seeds)
    {
        List<byte> octets = [.. seeds[random.Next(seeds.Length)]];
        for (var rounds = random.Next(1, 4); rounds > 0 && octets.Count > 0; rounds--)
        {
            // Every second time near the front, where the structure is.
            var at = random.Next(random.Next(2) == 0 ? octets.Count : Math.Min(octets.Count, 60));
            switch (random.Next(8))
            {
                case 0: octets[at] = (byte)random.Next(256); break;
                case 1: octets[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: octets.RemoveRange(at, Math.Min(octets.Count - at, random.Next(1, 6))); break;
                case 3: octets.Insert(at, (byte)random.Next(256)); break;
                case 4: octets.InsertRange(at, octets.GetRange(at, Math.Min(octets.Count - at, random.Next(1, 80)))); break;
                case 5: octets.RemoveRange(at, octets.Count - at); break;
                case 6: octets[at] = "{}[]\",:-=\\u\0\r\n \x30\x02\x03\x06\x80\x81\x82\xff"u8[random.Next(20)]; break;
                default:
                    var other = seeds[random.Next(seeds.Length)];
                    octets.InsertRange(at, other[random.Next(other.Length)..]);
                    break;
            }
        }

        return [.. octets];
    }
}
