using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>A key cookie as it came, its head read and its secret known. Nothing in it is proved before it was opened.</summary>
public sealed class KeyCookieText
{
    internal KeyCookieText(KeyCookieHead head, KeyCookieSecrets.One secret, byte[] content) =>
        (Head, Secret, Content) = (head, secret, content);

    public KeyCookieHead Head { get; }

    internal KeyCookieSecrets.One Secret { get; }

    internal byte[] Content { get; }
}

/// <summary>
/// Seals a private key into a cookie's value and opens it: AES-256-GCM under a key that HKDF-SHA256 derives from the
/// secret, a new random IV of 12 bytes for each, and as associated data the purpose and the whole head: version, secret,
/// algorithm, user, session, key and expiry (spec B2, C8). A cookie of which any of these was changed does not open.
/// Value: base64url of head, IV, tag and ciphertext, at most 3,400 characters (RSA of 4096 bits).
/// </summary>
public sealed class KeyCookieSeal(KeyCookieSecrets secrets, TimeProvider time)
{
    /// <summary>Characters of the longest value that is looked at; browsers keep 4,096 of name and value.</summary>
    public const int MaxLength = 3800;

    private const int IvBytes = 12, TagBytes = 16, IvAt = KeyCookieHead.Length, TagAt = IvAt + IvBytes, KeyAt = TagAt + TagBytes;
    private static readonly byte[] Purpose = "aicli private key in a cookie v1\0"u8.ToArray();

    /// <summary>The cookie's value.</summary>
    public Secret Seal(KeyCookieHead head, SigningKey key)
    {
        var plain = key.ToPkcs8();
        try
        {
            var content = new byte[KeyAt + plain.Length];
            head.Write(secrets.Current.Id, content);
            RandomNumberGenerator.Fill(content.AsSpan(IvAt, IvBytes));
            using var aes = new AesGcm(secrets.Current.Seal, TagBytes);
            aes.Encrypt(content.AsSpan(IvAt, IvBytes), plain, content.AsSpan(KeyAt), content.AsSpan(TagAt, TagBytes), Associated(content));
            return new Secret(Base64Url.EncodeToString(content));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Reads what stands in clear; null for what is no cookie of ours, is over, or was sealed by a secret that is gone.</summary>
    public KeyCookieText? Read(string value)
    {
        if (value.Length is 0 or > MaxLength || StrictBase64Url.Decode(value) is not { Length: > KeyAt } content)
            return null;
        return KeyCookieHead.Read(content) is { } head
            && head.ExpiresAt > time.GetUtcNow()
            && secrets.Find(KeyCookieHead.SecretIdIn(content)) is { } secret
                ? new KeyCookieText(head, secret, content)
                : null;
    }

    /// <summary>The key, and with it the proof that the head is ours; null where anything was changed.</summary>
    public SigningKey? Open(KeyCookieText cookie)
    {
        var content = cookie.Content;
        var plain = new byte[content.Length - KeyAt];
        try
        {
            using var aes = new AesGcm(cookie.Secret.Seal, TagBytes);
            aes.Decrypt(content.AsSpan(IvAt, IvBytes), content.AsSpan(KeyAt), content.AsSpan(TagAt, TagBytes), plain, Associated(content));
            return SigningKey.FromPkcs8(plain, cookie.Head.Kind.Algorithm());
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] Associated(ReadOnlySpan<byte> content) => [.. Purpose, .. content[..KeyCookieHead.Length]];
}
