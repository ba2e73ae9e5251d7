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
