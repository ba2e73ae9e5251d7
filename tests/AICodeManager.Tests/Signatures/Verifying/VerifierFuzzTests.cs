using System.Text;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.Signing;
using AICodeManager.Signatures.StructuredFields;
using AICodeManager.Signatures.Verifying;
using AICodeManager.Tests.Signatures.Rfc9421;
using static AICodeManager.Tests.Signatures.Verifying.Contract;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>
/// 1,050,000 changed requests and digests, the same ones in every run: no exception, bounded memory for each, and none
/// accepted that does not say what was signed.
/// </summary>
public sealed class VerifierFuzzTests
{
    // Twice the characters that were sent (they are copied into texts of their own at most), and what every request takes.
    private const int MostBytesPerCharacter = 16, MostBytesAtLeast = 16 << 10;

    [Theory]
    [InlineData(1, 400_000)]
    [InlineData(2, 400_000)]
    public void Can_judge_any_request(int seed, int cases)
    {
        var original = Original(seed);
        var known = Known(original);
        var verifier = new SignatureVerifier(Policy, Clock);
        var request = new MutableRequest(original, new Random(seed));
        var (read, accepted, faults) = (0, 0, new int[16]);
        for (var i = 0; i < cases; i++)
        {
            request.Change();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var reading = verifier.Read(request);
            var right = reading.Signature is { } signature && verifier.IsBy(known, signature, request);
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(bytes <= MostBytesAtLeast + MostBytesPerCharacter * request.Length, $"case {i}: {bytes} bytes");
            faults[(int)reading.Fault]++;
            if (reading.Signature is { } presented)
            {
                read++;
                AssertWrittenAlike(request, presented, i);
            }

            if (right)
            {
                accepted++;
                Assert.True(SameRequest.Is(original, request), $"case {i}: accepted {request.Method} {request.Authority} {request.Target}");
            }
        }

        // The changes reach every step, and some change nothing that counts.
        Assert.InRange(accepted, cases / 50, cases / 2);
        Assert.InRange(read, accepted + cases / 100, cases);
        Assert.All(
            [SignatureFault.Missing, SignatureFault.Malformed, SignatureFault.Parameters, SignatureFault.Window, SignatureFault.Components],
            fault => Assert.NotEqual(0, faults[(int)fault]));
    }

    [Fact]
    public void Can_judge_any_request_with_a_real_key()
    {
        // One whose signatures are the same in every run.
        Assert.SkipUnless(Ed25519.Available, "no libcrypto 3 here");
        using var key = Rfc9421Keys.Ed25519Private;
        var original = Sign(Post, Repeatable, key);
        var verifier = new SignatureVerifier(Policy, Clock);
        var known = Known(original, key.Algorithm);
        var request = new MutableRequest(original, new Random(3));
        for (var i = 0; i < 10_000; i++)
        {
            request.Change();
            if (verifier.Read(request).Signature is { } signature)
            {
                Assert.Equal(verifier.IsBy(known, signature, request), verifier.IsBy(key.Public, signature, request));
            }
        }
    }

    [Fact]
    public void Can_judge_any_digest()
    {
        var content = "{\"name\":\"a\"}"u8.ToArray();
        string[] fields = [ContentDigest.Of(content), ContentDigest.Of(content, DigestAlgorithm.Sha512), $"{ContentDigest.Of(content)}, {ContentDigest.Of(content, DigestAlgorithm.Sha512)}"];
        var random = new Random(4);
        var (accepted, right) = (0, 0);
        foreach (var field in fields)
        {
            var request = new MutableRequest(new WireRequest("GET", "/").With("content-digest", field), random);
            for (var i = 0; i < 80_000; i++)
            {
                request.Change();
                var value = request.Lines("content-digest") == 0 ? "" : request.Line("content-digest", 0);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var digest = ContentDigest.Read(value).Digest;
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
                if (digest is null)
                {
                    continue;
                }

                accepted++;
                Assert.True(SfParser.TryDictionary(value, out var model, out var fault), fault);
                var expected = Says(model, "sha-256", ContentDigest.Of(content)) & Says(model, "sha-512", ContentDigest.Of(content, DigestAlgorithm.Sha512));
                Assert.Equal(expected, digest.Matches(content));
                right += expected ? 1 : 0;
            }
        }

        Assert.True(right > 1_000 && accepted > right, $"{accepted} accepted, {right} right");
    }

    // What is not there is not contradicted.
    private static bool Says(SfDictionary model, string algorithm, string field) =>
        !model.TryGet(algorithm, out var member) || $"{algorithm}={SfWriter.Write(((SfItem)member).Value)}" == field;

    // The two readers agree: what one took as slices of the text, the other parses into objects and writes anew.
    private static void AssertWrittenAlike(IRequestMessage request, PresentedSignature presented, int number)
    {
        var written = presented.Input.Slice(presented.Input.Value);
        if (!written.SequenceEqual(SameRequest.Member(request)?.ToString()))
        {
            Assert.Fail($"case {number}: {written} is not {SameRequest.Member(request)}");
        }
    }

    private static SignerOptions Repeatable => Options with { NewNonce = () => "KXYnfEfJ0PBRZXQyVXfVQA" };

    // Signed by nobody: the known pair's key knows this signature, which is the same in every run.
    private static WireRequest Original(int seed)
    {
        var signed = seed % 2 == 0 ? Sign(Get, Repeatable) : Sign(Post.With("cookie", "a=1, b=2"), Repeatable with
        {
            Covering = _ => ["@method", "@authority", "@path", "@query", "content-digest", "authorization", "content-type", "cookie"],
        });
        var signature = new byte[Key.SignatureLength];
        new Random(seed).NextBytes(signature);
        return signed.Instead("signature", $"sig=:{Convert.ToBase64String(signature)}:");
    }

    private static KnownPairKey Known(WireRequest signed, SignatureAlgorithm algorithm = SignatureAlgorithm.ES256)
    {
        var (input, signature) = (signed.Line("signature-input", 0)["sig=".Length..], signed.Line("signature", 0)["sig=:".Length..^1]);
        return new KnownPairKey(algorithm, Encoding.ASCII.GetBytes(Bases.Of(signed, input)!), Convert.FromBase64String(signature));
    }
}
