using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// Data keys as they lie in the database: sealed under a key that descends from the configured one, and bound to their
/// number, so that none can stand in for another.
/// </summary>
internal static class KeyWrap
{
    /// <summary>What the wrapping key descends by (<see cref="RootKeys"/>).</summary>
    public const string Purpose = "vault key v1";

    public static string Wrap(byte[] root, long number, ReadOnlySpan<byte> key)
    {
        var box = new byte[key.Length + GcmBox.Overhead];
        using var cipher = new AesGcm(root, SealedText.TagBytes);
        GcmBox.Seal(cipher, key, BindingOf(number), box);
        return Base64Url.EncodeToString(box);
    }

    /// <summary>Null where it was wrapped under another root or for another number, or altered.</summary>
    public static byte[]? Unwrap(byte[] root, long number, string wrapped)
    {
        using var cipher = new AesGcm(root, SealedText.TagBytes);
        return Ground.StrictBase64Url.Decode(wrapped) is { } box && GcmBox.Open(cipher, box, BindingOf(number)) is { Length: DataKey.Bytes } key
            ? key
            : null;
    }

    private static byte[] BindingOf(long number)
    {
        byte[] binding = [.. "aicli vault key"u8, .. stackalloc byte[sizeof(long)]];
        BinaryPrimitives.WriteInt64BigEndian(binding.AsSpan(^sizeof(long)..), number);
        return binding;
    }
}
