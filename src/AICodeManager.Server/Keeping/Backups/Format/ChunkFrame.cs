using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>
/// One sealed chunk after the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption, 2015):
/// the nonce is the chunk's number and whether it is the last one, so that nothing can be left out, repeated, moved or cut off.
/// On disk: number (8 bytes), length with the last-chunk flag as its highest bit (4), content, tag (16). Not thread-safe.
/// </summary>
internal sealed class ChunkFrame(FileKeys keys) : IDisposable
{
    public const int HeadBytes = 12, TagBytes = 16;

    private const int DigestBytes = 32;
    private const uint LastFlag = 0x8000_0000;

    private readonly AesGcm aes = new(keys.ChunkKey, TagBytes);
    private readonly bool encrypts = keys.Header.Sealing == BackupSealing.Encrypted;
    // Digest, head and content in one piece: what GMAC authenticates must lie together.
    private readonly byte[] buffer = Prepared(keys);

    public int Capacity => keys.Header.ChunkBytes;

    /// <summary>Where content is put before sealing and found after opening.</summary>
    public Memory<byte> Content => buffer.AsMemory(DigestBytes + HeadBytes, Capacity);

    /// <summary>Where the head of a chunk is put before opening.</summary>
    public Memory<byte> Head => buffer.AsMemory(DigestBytes, HeadBytes);

    /// <summary>Where content and tag of a chunk are put before opening.</summary>
    public Memory<byte> Body(int length) => buffer.AsMemory(DigestBytes + HeadBytes, length + TagBytes);

    /// <summary>Seals the first bytes of <see cref="Content"/>; what is written to the file.</summary>
    public ReadOnlyMemory<byte> Seal(long number, int length, bool last)
    {
        BinaryPrimitives.WriteInt64BigEndian(Head.Span, number);
        BinaryPrimitives.WriteUInt32BigEndian(Head.Span[8..], (uint)length | (last ? LastFlag : 0));
        var content = Content.Span[..length];
        var tag = buffer.AsSpan(DigestBytes + HeadBytes + length, TagBytes);
        if (encrypts)
        {
            aes.Encrypt(Nonce(number, last), content, content, tag, buffer.AsSpan(0, DigestBytes + HeadBytes));
        }
        else
        {
            aes.Encrypt(Nonce(number, last), [], [], tag, buffer.AsSpan(0, DigestBytes + HeadBytes + length));
        }

        return buffer.AsMemory(DigestBytes, HeadBytes + length + TagBytes);
    }

    /// <summary>What the head says; nothing of it is proven before <see cref="Open"/>.</summary>
    public (long Number, int Length, bool Last) Said()
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(Head.Span[8..]);
        return (BinaryPrimitives.ReadInt64BigEndian(Head.Span), (int)(length & ~LastFlag), (length & LastFlag) != 0);
    }

    /// <summary>Opens the chunk in place; false where it is not genuine under what its head says.</summary>
    public bool Open()
    {
        var (number, length, last) = Said();
        var content = Content.Span[..length];
        var tag = buffer.AsSpan(DigestBytes + HeadBytes + length, TagBytes);
        try
        {
            if (encrypts)
            {
                aes.Decrypt(Nonce(number, last), content, tag, content, buffer.AsSpan(0, DigestBytes + HeadBytes));
            }
            else
            {
                aes.Decrypt(Nonce(number, last), [], tag, [], buffer.AsSpan(0, DigestBytes + HeadBytes + length));
            }

            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        aes.Dispose();
        CryptographicOperations.ZeroMemory(buffer);
    }

    private static byte[] Nonce(long number, bool last)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(nonce, number);
        nonce[11] = last ? (byte)1 : (byte)0;
        return nonce;
    }

    private static byte[] Prepared(FileKeys keys)
    {
        var buffer = new byte[DigestBytes + HeadBytes + keys.Header.ChunkBytes + TagBytes];
        keys.HeaderDigest.CopyTo(buffer, 0);
        return buffer;
    }
}
