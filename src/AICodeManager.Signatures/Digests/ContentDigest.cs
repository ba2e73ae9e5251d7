using System.Security.Cryptography;
using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Signatures.Digests;

/// <summary>A <c>Content-Digest</c> field (RFC 9530 section 2): what content must hash to, by every known algorithm it names.</summary>
public sealed class ContentDigest
{
    private readonly byte[]? sha256, sha512;

    private ContentDigest(byte[]? sha256, byte[]? sha512) => (this.sha256, this.sha512) = (sha256, sha512);

    /// <summary>Reads the field's value.</summary>
    /// <returns>The digest, or why it is none.</returns>
    public static (ContentDigest? Digest, string? Why) Read(string field)
    {
        const string Accepted = "Content-Digest is a dictionary with sha-256 or sha-512, once each, as bytes in base64 between colons.";
        var reader = new SfReader(field);
        byte[]? sha256 = null, sha512 = null;
        reader.SkipSpaces();
        do
        {
            if (!reader.TryKey(out var name) || !reader.TryTake('=') || !reader.TryBare(out var value) || value.Kind != SfKind.Bytes)
            {
                return (null, Accepted);
            }

            // One algorithm twice: who hashes by the first and who by the last would accept different contents.
            if ((name is "sha-256" && !TryTake(value, SHA256.HashSizeInBytes, ref sha256))
                || (name is "sha-512" && !TryTake(value, SHA512.HashSizeInBytes, ref sha512)))
            {
                return (null, Accepted);
            }

            while (reader.NextParameter(out _, out _))
            {
            }
        }
        while (reader.NextMember());

        return reader.AtEnd && (sha256 ?? sha512) is not null ? (new ContentDigest(sha256, sha512), null) : (null, Accepted);
    }

    /// <summary>The field's value for content in memory.</summary>
    public static string Of(ReadOnlySpan<byte> content, DigestAlgorithm algorithm = DigestAlgorithm.Sha256) => algorithm switch
    {
        DigestAlgorithm.Sha512 => Field("sha-512", SHA512.HashData(content)),
        _ => Field("sha-256", SHA256.HashData(content)),
    };

    /// <summary>The field's value for content that is read to its end, piece by piece.</summary>
    public static async Task<string> OfAsync(Stream content, DigestAlgorithm algorithm, CancellationToken cancel) => algorithm switch
    {
        DigestAlgorithm.Sha512 => Field("sha-512", await SHA512.HashDataAsync(content, cancel).ConfigureAwait(false)),
        _ => Field("sha-256", await SHA256.HashDataAsync(content, cancel).ConfigureAwait(false)),
    };

    /// <summary>Whether content in memory is what the field says.</summary>
    public bool Matches(ReadOnlySpan<byte> content)
    {
        Span<byte> got = stackalloc byte[SHA512.HashSizeInBytes];
        return (sha256 is null || CryptographicOperations.FixedTimeEquals(got[..SHA256.HashData(content, got)], sha256))
            & (sha512 is null || CryptographicOperations.FixedTimeEquals(got[..SHA512.HashData(content, got)], sha512));
    }

    /// <summary>Begins to check content that comes in pieces.</summary>
    public DigestCheck Begin() => new(sha256, sha512);

    private static bool TryTake(in SfSlice value, int size, ref byte[]? digest)
    {
        if (digest is not null || value.Raw.Length != (size + 2) / 3 * 4)
        {
            return false;
        }

        digest = new byte[size];
        return value.TryDecodeBytes(digest, out var written) && written == size;
    }

    private static string Field(string algorithm, byte[] hash) => $"{algorithm}=:{Convert.ToBase64String(hash)}:";
}
