using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>The one field that a sealed text belongs to: moved to any other, it does not open.</summary>
/// <param name="Row">The row's id.</param>
public sealed record SealedPlace(string Table, string Column, string Row);

/// <summary>
/// Seals single database fields: AES-256-GCM (NIST SP 800-38D) under a key derived by HKDF-SHA256 (RFC 5869) from
/// <c>database.encryption.key</c>, with the version and the place as associated data (spec A13, C8).
/// </summary>
/// <remarks>
/// A sealed text is <c>v1.</c> and base64url of 12 random bytes, the ciphertext and 16 bytes of tag. Random nonces
/// bound one key to 2^32 sealings. Safe from several threads.
/// </remarks>
public sealed class FieldVault
{
    /// <summary>Bytes of UTF-8 in the longest text that is sealed.</summary>
    public const int MaxPlainBytes = 1 << 20;

    private const string Version = "v1", Prefix = Version + ".";
    private const int NonceBytes = 12, TagBytes = 16, KeyBytes = 32;

    // A lone surrogate would be replaced silently and come back as another text.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] key;

    public FieldVault(Settings settings)
        : this(settings.Database.Encryption.Key)
    {
    }

    internal FieldVault(Secret secret) => key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret.Reveal()), KeyBytes, info: "aicli field vault v1"u8.ToArray());

    /// <exception cref="ArgumentException">The text is longer than <see cref="MaxPlainBytes"/>, or not Unicode.</exception>
    public string Seal(string plain, SealedPlace place)
    {
        var text = Utf8.GetBytes(plain);
        if (text.Length > MaxPlainBytes)
        {
            throw new ArgumentException($"The text has {text.Length} bytes; at most {MaxPlainBytes} are sealed.", nameof(plain));
        }

        var whole = Encrypt(key, RandomNumberGenerator.GetBytes(NonceBytes), text, Binding(place));
        CryptographicOperations.ZeroMemory(text);
        return Prefix + Base64Url.EncodeToString(whole);
    }

    /// <summary>The text; null where it was altered, moved, sealed under another key, or never sealed.</summary>
    public string? Open(string sealedText, SealedPlace place)
    {
        if (!sealedText.StartsWith(Prefix, StringComparison.Ordinal)
            || StrictBase64Url.DecodedLength(sealedText.Length - Prefix.Length) is < NonceBytes + TagBytes or > NonceBytes + MaxPlainBytes + TagBytes
            || StrictBase64Url.Decode(sealedText.AsSpan(Prefix.Length)) is not { } whole)
        {
            return null;
        }

        if (Decrypt(key, whole, Binding(place)) is not { } plain)
        {
            return null;
        }

        var text = Utf8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return text;
    }

    /// <summary>The nonce, the ciphertext and the tag in one.</summary>
    internal static byte[] Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> binding)
    {
        var whole = new byte[NonceBytes + plain.Length + TagBytes];
        nonce.CopyTo(whole);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, whole.AsSpan(NonceBytes, plain.Length), whole.AsSpan(NonceBytes + plain.Length), binding);
        return whole;
    }

    /// <summary>Undoes <see cref="Encrypt"/>; null where the tag does not match. At least a nonce and a tag are expected.</summary>
    internal static byte[]? Decrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> binding)
    {
        var plain = new byte[whole.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(whole[..NonceBytes], whole.Slice(NonceBytes, plain.Length), whole[^TagBytes..], plain, binding);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    // Each part with its length before it: no two places share one text ("a.b" + "c" is not "a" + "b.c").
    private static byte[] Binding(SealedPlace place)
    {
        using var binding = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (ReadOnlySpan<string>)[Version, place.Table, place.Column, place.Row])
        {
            var bytes = Utf8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            binding.Write(length);
            binding.Write(bytes);
        }

        return binding.ToArray();
    }
}
