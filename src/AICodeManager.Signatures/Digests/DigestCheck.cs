using System.Security.Cryptography;

namespace AICodeManager.Signatures.Digests;

/// <summary>Content on its way through a digest. Not for several threads at once.</summary>
public sealed class DigestCheck : IDisposable
{
    private readonly byte[]? sha256, sha512;
    private readonly IncrementalHash? hash256, hash512;

    internal DigestCheck(byte[]? sha256, byte[]? sha512)
    {
        (this.sha256, this.sha512) = (sha256, sha512);
        hash256 = sha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash512 = sha512 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
    }

    public void Append(ReadOnlySpan<byte> content)
    {
        hash256?.AppendData(content);
        hash512?.AppendData(content);
    }

    /// <summary>Whether all that was appended is what the field said, by every algorithm it named; then it begins anew.</summary>
    public bool Matches() => Is(hash256, sha256) & Is(hash512, sha512);

    public void Dispose()
    {
        hash256?.Dispose();
        hash512?.Dispose();
    }

    private static bool Is(IncrementalHash? hash, byte[]? expected)
    {
        if (hash is null)
        {
            return true;
        }

        Span<byte> got = stackalloc byte[SHA512.HashSizeInBytes];
        return CryptographicOperations.FixedTimeEquals(got[..hash.GetHashAndReset(got)], expected);
    }
}
