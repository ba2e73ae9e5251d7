using System.Security.Cryptography;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>AES-256-GCM (NIST SP 800-38D) with the nonce before the ciphertext and the tag after it, in one piece.</summary>
internal static class GcmBox
{
    /// <summary>Bytes that a piece is longer than its plain text.</summary>
    public const int Overhead = SealedText.NonceBytes + SealedText.TagBytes;

    /// <summary>Fills <paramref name="box"/>, which is longer than the text by <see cref="Overhead"/>.</summary>
    public static void Seal(AesGcm cipher, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> binding, Span<byte> box)
    {
        nonce.CopyTo(box);
        var text = box[SealedText.NonceBytes..];
        cipher.Encrypt(nonce, plain, text[..plain.Length], text[plain.Length..], binding);
    }

    /// <summary>Seals under a nonce drawn now.</summary>
    public static void Seal(AesGcm cipher, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> binding, Span<byte> box)
    {
        Span<byte> nonce = stackalloc byte[SealedText.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        Seal(cipher, nonce, plain, binding, box);
    }

    /// <summary>The plain text; null where the tag does not match, or the piece is too short to have one.</summary>
    public static byte[]? Open(AesGcm cipher, ReadOnlySpan<byte> box, ReadOnlySpan<byte> binding)
    {
        if (box.Length < Overhead)
        {
            return null;
        }

        var plain = new byte[box.Length - Overhead];
        try
        {
            cipher.Decrypt(
                box[..SealedText.NonceBytes], box[SealedText.NonceBytes..^SealedText.TagBytes], box[^SealedText.TagBytes..], plain, binding);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
