using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.Csrf.Proof;

/// <summary>What a token proved.</summary>
public enum CsrfReading
{
    Valid,
    Missing,
    Malformed,

    /// <summary>Not made under any of our keys, or for somebody else.</summary>
    Forged,

    /// <summary>Older than its lifetime, or from the future.</summary>
    Expired,
}

/// <summary>
/// Tokens that only our own pages can read, and so send: version, key, time of issue (64-bit milliseconds since 1970),
/// random bytes, and HMAC-SHA256 over these and what the token is bound to (a session or a key). Stateless.
/// </summary>
/// <param name="keys">32 bytes each; the first signs, the others verify what was signed before they were replaced.</param>
/// <param name="lifetime">How long a token is good.</param>
public sealed class CsrfTokens(IReadOnlyList<byte[]> keys, TimeSpan lifetime, TimeProvider time)
{
    private const byte Version = 1;
    private const int IdBytes = 4, IdAt = 1, TimeAt = IdAt + IdBytes, RandomAt = TimeAt + sizeof(long), Signed = RandomAt + 8;
    private const int Length = Signed + HMACSHA256.HashSizeInBytes;
    private const int MaxBinding = 256;

    /// <summary>How far the clocks of two nodes may be apart.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private static readonly int TextLength = Base64Url.GetEncodedLength(Length);

    private readonly (byte[] Id, byte[] Key)[] ring = [.. keys.Select(key => (IdOf(key), key))];

    /// <summary>How long a token is good.</summary>
    public TimeSpan Lifetime => lifetime;

    /// <summary>A token for requests of the one it is bound to.</summary>
    /// <param name="boundTo">Names one session or key, at most 256 bytes.</param>
    public string Issue(ReadOnlySpan<byte> boundTo)
    {
        Span<byte> token = stackalloc byte[Length];
        token[0] = Version;
        ring[0].Id.CopyTo(token[IdAt..]);
        BinaryPrimitives.WriteInt64BigEndian(token[TimeAt..], time.GetUtcNow().ToUnixTimeMilliseconds());
        // Two answers never show the same token, so that compression cannot be made to tell it.
        RandomNumberGenerator.Fill(token[RandomAt..Signed]);
        Tag(ring[0].Key, token[..Signed], boundTo, token[Signed..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Judges a token; the text may be anything.</summary>
    public CsrfReading Read(ReadOnlySpan<char> text, ReadOnlySpan<byte> boundTo)
    {
        if (text.IsEmpty)
            return CsrfReading.Missing;
        Span<byte> ascii = stackalloc byte[TextLength];
        Span<byte> token = stackalloc byte[Length];
        if (text.Length != TextLength || Encoding.UTF8.GetByteCount(text) != TextLength)
            return CsrfReading.Malformed;
        Encoding.UTF8.GetBytes(text, ascii);
        if (!StrictBase64Url.TryDecode(ascii, token, out var written) || written != Length || token[0] != Version)
            return CsrfReading.Malformed;
        if (KeyOf(token[IdAt..TimeAt]) is not { } key)
            return CsrfReading.Forged;

        Span<byte> right = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Tag(key, token[..Signed], boundTo, right);
        if (!CryptographicOperations.FixedTimeEquals(right, token[Signed..]))
            return CsrfReading.Forged;

        var age = time.GetUtcNow().ToUnixTimeMilliseconds() - BinaryPrimitives.ReadInt64BigEndian(token[TimeAt..]);
        return age > lifetime.TotalMilliseconds || age < -Skew.TotalMilliseconds ? CsrfReading.Expired : CsrfReading.Valid;
    }

    private byte[]? KeyOf(ReadOnlySpan<byte> id)
    {
        foreach (var (known, key) in ring)
        {
            if (id.SequenceEqual(known))
                return key;
        }

        return null;
    }

    // The signed head has one length, so that head and binding cannot run into each other.
    private static void Tag(byte[] key, ReadOnlySpan<byte> head, ReadOnlySpan<byte> boundTo, Span<byte> tag)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(boundTo.Length, MaxBinding);
        Span<byte> content = stackalloc byte[Signed + MaxBinding];
        head.CopyTo(content);
        boundTo.CopyTo(content[head.Length..]);
        HMACSHA256.HashData(key, content[..(head.Length + boundTo.Length)], tag);
    }

    private static byte[] IdOf(byte[] key) => HKDF.Expand(HashAlgorithmName.SHA256, key, IdBytes, "aicli csrf key id"u8.ToArray());
}
