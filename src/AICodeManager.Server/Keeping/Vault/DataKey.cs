using System.Security.Cryptography;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// A key that fields are sealed with, unwrapped. Random nonces bound one key to 2^32 sealings (NIST SP 800-38D, section
/// 8.3): they are counted. Safe from several threads.
/// </summary>
internal sealed class DataKey(long number, byte[] key) : IDisposable
{
    /// <summary>After that many it seals no more.</summary>
    public const long MostSealings = 1L << 32;

    /// <summary>Bytes of a key.</summary>
    public const int Bytes = 32;

    // One for each thread: a new one for each value costs more than twice the value's own encryption.
    private readonly ThreadLocal<AesGcm> cipher = new(() => new AesGcm(key, SealedText.TagBytes));
    private long counted;
    private long uncounted;

    /// <summary>From 1, each key one more.</summary>
    public long Number { get; } = number;

    /// <summary>What every text begins with that this key sealed.</summary>
    public string Prefix { get; } = SealedText.PrefixOf(number);

    /// <summary>This thread's own.</summary>
    public AesGcm Cipher => cipher.Value!;

    /// <summary>How often it has sealed, as far as this process knows.</summary>
    public long Sealings => Volatile.Read(ref counted) + Volatile.Read(ref uncounted);

    /// <summary>Another copy of the same key, to be kept wrapped.</summary>
    public ReadOnlySpan<byte> Material => key;

    /// <summary>Counts a sealing, before it is made.</summary>
    /// <exception cref="VaultException">It has sealed as often as it may.</exception>
    public void CountSealing()
    {
        if (Volatile.Read(ref counted) + Interlocked.Increment(ref uncounted) > MostSealings)
        {
            throw new VaultException($"Key {Number} of the vault has sealed as often as one key may: run 'aicli-web vault rotate'.");
        }
    }

    /// <summary>Takes what this process has sealed since it was asked last, to be added to the table.</summary>
    public long TakeUncounted() => Interlocked.Exchange(ref uncounted, 0);

    /// <summary>What was taken could not be added.</summary>
    public void PutBack(long sealings) => Interlocked.Add(ref uncounted, sealings);

    /// <summary>What the table says of all processes together.</summary>
    public void Counted(long total) => Volatile.Write(ref counted, total);

    public void Dispose() => cipher.Dispose();
}
