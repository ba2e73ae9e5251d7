using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// Seals single fields: AES-256-GCM under the newest data key, with the form, the key's number, the place and the row's
/// version as associated data (spec A13, C8). Safe from several threads.
/// </summary>
public sealed class FieldVault(VaultKeys keys)
{
    /// <summary>Bytes of UTF-8 in the longest text that is sealed.</summary>
    public const int MaxPlainBytes = SealedText.MaxPlainBytes;

    // A lone surrogate would be replaced silently and come back as another text.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">The text is longer than <see cref="MaxPlainBytes"/>, or not Unicode.</exception>
    /// <exception cref="VaultException">The key has sealed as often as it may.</exception>
    public string Seal(string plain, SealedPlace place)
    {
        var text = Utf8.GetBytes(plain);
        try
        {
            return SealBytes(text, place);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>The same for text that is UTF-8 already.</summary>
    /// <exception cref="ArgumentException">It is longer than <see cref="MaxPlainBytes"/>.</exception>
    /// <exception cref="VaultException">The key has sealed as often as it may.</exception>
    public string SealBytes(ReadOnlySpan<byte> plain, SealedPlace place)
    {
        if (plain.Length > MaxPlainBytes)
        {
            throw new ArgumentException($"The text has {plain.Length} bytes; at most {MaxPlainBytes} are sealed.", nameof(plain));
        }

        var key = keys.Current;
        key.CountSealing();
        var length = plain.Length + GcmBox.Overhead;
        var box = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            GcmBox.Seal(key.Cipher, plain, Binding.Of(key.Number, place, stackalloc byte[Binding.Usual]), box.AsSpan(0, length));
            return string.Create(key.Prefix.Length + Base64Url.GetEncodedLength(length), (key.Prefix, box, length), static (text, from) =>
            {
                from.Prefix.CopyTo(text);
                Base64Url.EncodeToChars(from.box.AsSpan(0, from.length), text[from.Prefix.Length..]);
            });
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(box);
        }
    }

    /// <summary>The text; null where it was altered, moved, put back, sealed under a key that is not here, or never sealed.</summary>
    public string? Open(string sealedText, SealedPlace place)
    {
        if (OpenBytes(sealedText, place) is not { } plain)
        {
            return null;
        }

        var text = Utf8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return text;
    }

    /// <summary>The same as UTF-8.</summary>
    public byte[]? OpenBytes(string sealedText, SealedPlace place)
    {
        if (!SealedText.TryParse(sealedText, out var parsed))
        {
            return null;
        }

        var box = ArrayPool<byte>.Shared.Rent(StrictBase64Url.DecodedLength(parsed.Body.Length));
        try
        {
            return StrictBase64Url.TryDecode(parsed.Body, box, out var length) ? OpenBox(parsed.Number, box.AsSpan(0, length), place) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(box);
        }
    }

    /// <summary>The configured key that opens a value of the first form; null where none does.</summary>
    internal string? RootOfFirstForm(string sealedText, SealedPlace place) =>
        SealedText.TryParse(sealedText, out var parsed) && parsed.Number == SealedText.FirstForm && StrictBase64Url.Decode(parsed.Body) is { } box
            ? OpenFirstForm(box, Binding.Of(SealedText.FirstForm, place, stackalloc byte[Binding.Usual])).Root
            : null;

    private byte[]? OpenBox(long number, ReadOnlySpan<byte> box, SealedPlace place)
    {
        var binding = Binding.Of(number, place, stackalloc byte[Binding.Usual]);
        return number == SealedText.FirstForm ? OpenFirstForm(box, binding).Plain
            : keys.Find(number) is { } key ? GcmBox.Open(key.Cipher, box, binding)
            : null;
    }

    private (string? Root, byte[]? Plain) OpenFirstForm(ReadOnlySpan<byte> box, ReadOnlySpan<byte> binding)
    {
        foreach (var (root, key) in keys.OfFirstForm)
        {
            if (GcmBox.Open(key.Cipher, box, binding) is { } plain)
            {
                return (root, plain);
            }
        }

        return default;
    }
}
