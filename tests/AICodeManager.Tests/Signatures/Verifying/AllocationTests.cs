using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Verifying;
using static AICodeManager.Tests.Signatures.Verifying.Contract;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>What one verification takes from the garbage collector, the framework's cryptography included.</summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(SignatureAlgorithm.ES256)]
    [InlineData(SignatureAlgorithm.PS256)]
    [InlineData(SignatureAlgorithm.PS512)]
    [InlineData(SignatureAlgorithm.Ed25519)]
    public void Can_verify_within_a_kilobyte(SignatureAlgorithm algorithm)
    {
        Assert.SkipWhen(algorithm == SignatureAlgorithm.Ed25519 && !Ed25519.Available, "no libcrypto 3 here");
        using var key = SigningKey.Generate(algorithm);
        var request = new FrozenRequest(Sign(Post, key: key));
        var verifier = new SignatureVerifier(Policy, Clock);
        const int Rounds = 64;
        Assert.True(All(verifier, request, key.Public, Rounds));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(All(verifier, request, key.Public, Rounds));
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        output.WriteLine($"{algorithm}: {each} bytes");
        var b0 = GC.GetAllocatedBytesForCurrentThread();
        var rr = verifier.Read(request);
        var b1 = GC.GetAllocatedBytesForCurrentThread();
        verifier.IsBy(key.Public, rr.Signature!, request);
        var b2 = GC.GetAllocatedBytesForCurrentThread();
        AICodeManager.Signatures.Digests.ContentDigest.Read(request.Line("content-digest", 0));
        var b3 = GC.GetAllocatedBytesForCurrentThread();
        AICodeManager.Signatures.Verifying.SignatureInputReader.Read(rr.Signature!.Input.Text, rr.Signature.Input.Value.Start, rr.Signature.Input.Value.Length, 32, out _);
        var b4 = GC.GetAllocatedBytesForCurrentThread();
        output.WriteLine($"PROBE read {b1 - b0} isby {b2 - b1} digest {b3 - b2} input {b4 - b3}");
        Assert.InRange(each, 0, 1000);
    }

    private static bool All(SignatureVerifier verifier, FrozenRequest request, VerifyingKey key, int rounds)
    {
        var right = true;
        for (var i = 0; i < rounds; i++)
        {
            right &= verifier.Read(request).Signature is { } signature && verifier.IsBy(key, signature, request);
        }

        return right;
    }
}
