using System.Buffers.Binary;
using System.Text;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>What a key cookie says in clear. It is to be believed only once the key below it was opened: the seal covers it.</summary>
/// <param name="SessionId">The session in which the browser got the cookie.</param>
/// <param name="KeyId">The key's name at the API.</param>
/// <param name="ExpiresAt">To the millisecond.</param>
public sealed record KeyCookieHead(CookieKeyKind Kind, Guid UserId, Guid SessionId, Guid KeyId, DateTimeOffset ExpiresAt)
{
    internal const byte Version = 1;

    private const int SecretAt = 1, KindAt = SecretAt + KeyCookieSecrets.IdBytes, UserAt = KindAt + 1;
    private const int SessionAt = UserAt + 16, KeyAt = SessionAt + 16, ExpiryAt = KeyAt + 16;
    internal const int Length = ExpiryAt + sizeof(long);

    /// <summary>What tokens against cross-site requests are bound to.</summary>
    public byte[] CsrfBinding => BindingOf(KeyId);

    public static byte[] BindingOf(Guid keyId) => Encoding.ASCII.GetBytes($"cookie key {keyId:D}");

    internal void Write(ReadOnlySpan<byte> secretId, Span<byte> to)
    {
        to[0] = Version;
        secretId.CopyTo(to[SecretAt..]);
        to[KindAt] = (byte)Kind;
        UserId.TryWriteBytes(to[UserAt..], bigEndian: true, out _);
        SessionId.TryWriteBytes(to[SessionAt..], bigEndian: true, out _);
        KeyId.TryWriteBytes(to[KeyAt..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(to[ExpiryAt..], ExpiresAt.ToUnixTimeMilliseconds());
    }

    internal static ReadOnlySpan<byte> SecretIdIn(ReadOnlySpan<byte> head) => head[SecretAt..KindAt];

    /// <summary>Null for another version, an unknown kind, or a time that is none.</summary>
    internal static KeyCookieHead? Read(ReadOnlySpan<byte> head)
    {
        var expires = BinaryPrimitives.ReadInt64BigEndian(head[ExpiryAt..]);
        return head[0] == Version && Enum.IsDefined((CookieKeyKind)head[KindAt]) && expires is > 0 and < 253_402_300_800_000
            ? new KeyCookieHead(
                (CookieKeyKind)head[KindAt], new Guid(head[UserAt..SessionAt], bigEndian: true),
                new Guid(head[SessionAt..KeyAt], bigEndian: true), new Guid(head[KeyAt..ExpiryAt], bigEndian: true),
                DateTimeOffset.FromUnixTimeMilliseconds(expires))
            : null;
    }
}
