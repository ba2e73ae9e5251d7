using AICodeManager.Signatures.Keys;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>A key that nobody can forge and that costs nothing to check: it knows the one text that was signed, and its signature.</summary>
internal sealed class KnownPairKey(SignatureAlgorithm algorithm, byte[] data, byte[] signature) : VerifyingKey(algorithm, 256, signature.Length, [], "{}")
{
    private protected override bool Check(ReadOnlySpan<byte> presented, ReadOnlySpan<byte> presentedSignature) =>
        presented.SequenceEqual(data) && presentedSignature.SequenceEqual(signature);
}
