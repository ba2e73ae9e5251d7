using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>HS256 (RFC 7518 section 3.2).</summary>
internal sealed class HmacKey : JwsKey
{
    public const string Name = "HS256";
    private const int MacBytes = HMACSHA256.HashSizeInBytes;

    // Keyed once for each thread: twice as fast as keying anew for each token. A server has one such key.
    [ThreadStatic]
    private static Keyed? keyed;

    private readonly byte[] key;

    /// <exception cref="ArgumentException">The key is shorter than the hash, 32 bytes.</exception>
    public HmacKey(string id, byte[] key)
        : base(Name, id)
    {
        if (key.Length < MacBytes)
        {
            throw new ArgumentException($"The key has {key.Length} bytes; {Name} needs {MacBytes} or more.", nameof(key));
        }

        this.key = key;
    }

    /// <summary>
    /// The key that is the configured secret's UTF-8 text, as any other library takes it. Its id is derived, so that a
    /// token under an earlier secret is told apart and the id gives nothing of the secret away.
    /// </summary>
    public static HmacKey Of(Secret secret)
    {
        var key = Encoding.UTF8.GetBytes(secret.Reveal());
        return new(Base64Url.EncodeToString(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 9, info: "aicli jwt key id"u8.ToArray())), key);
    }

    public override int SignatureLength => MacBytes;

    public override bool Verify(ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[MacBytes];
        Sign(input, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    public override void Sign(ReadOnlySpan<byte> input, Span<byte> signature)
    {
        if (keyed?.Owner != this)
        {
            keyed?.Hash.Dispose();
            keyed = new Keyed(this, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));
        }

        keyed.Hash.AppendData(input);
        keyed.Hash.GetHashAndReset(signature);
    }

    private sealed record Keyed(HmacKey Owner, IncrementalHash Hash);
}
