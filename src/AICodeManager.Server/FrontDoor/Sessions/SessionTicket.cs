using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>What a session cookie or a refresh token says, its seal checked; whether the session lives is another question.</summary>
/// <param name="Secret">256 random bits; the store has their hash.</param>
public sealed record SessionTicket(Guid UserId, Guid SessionId, ReadOnlyMemory<byte> Secret)
{
    public const int SecretBytes = 32;

    /// <summary>What the store knows the secret by.</summary>
    public string SecretHash => HashOf(Secret.Span);

    public static string HashOf(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        return Base64Url.EncodeToString(hash);
    }

    /// <summary>Compares the secret with a stored hash in constant time.</summary>
    public bool Matches(string storedHash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(SecretHash), Encoding.ASCII.GetBytes(storedHash));
}

/// <summary>
/// Makes and reads tickets: base64url of user id, session id, secret and a truncated HMAC over the three, so that an
/// invented one is refused by computation alone and never reaches the store. One key for each purpose.
/// </summary>
public sealed class SessionTickets(Settings settings)
{
    private const int IdBytes = 16, TagBytes = 16;
    private const int Signed = IdBytes + IdBytes + SessionTicket.SecretBytes;
    private const int Length = Signed + TagBytes;
    private static readonly int TextLength = Base64Url.GetEncodedLength(Length);

    private const string RefreshPrefix = "aicli_rt_";

    private readonly byte[] cookieKey = settings.Session.DeriveKey("aicli session cookie v1");
    private readonly byte[] refreshKey = settings.Session.DeriveKey("aicli refresh token v1");

    public Secret Cookie(SessionTicket ticket) => new(Write(ticket, cookieKey));

    public Secret Refresh(SessionTicket ticket) => new(RefreshPrefix + Write(ticket, refreshKey));

    public SessionTicket? ReadCookie(string text) => Read(text, cookieKey);

    public SessionTicket? ReadRefresh(string text) =>
        text.StartsWith(RefreshPrefix, StringComparison.Ordinal) ? Read(text.AsSpan(RefreshPrefix.Length), refreshKey) : null;

    /// <summary>A ticket with a fresh secret.</summary>
    public static SessionTicket New(Guid userId, Guid sessionId) =>
        new(userId, sessionId, RandomNumberGenerator.GetBytes(SessionTicket.SecretBytes));

    private static string Write(SessionTicket ticket, byte[] key)
    {
        Span<byte> bytes = stackalloc byte[Length];
        ticket.UserId.TryWriteBytes(bytes, bigEndian: true, out _);
        ticket.SessionId.TryWriteBytes(bytes[IdBytes..], bigEndian: true, out _);
        ticket.Secret.Span.CopyTo(bytes[(2 * IdBytes)..]);
        Tag(key, bytes[..Signed], bytes[Signed..]);
        return Base64Url.EncodeToString(bytes);
    }

    private static SessionTicket? Read(ReadOnlySpan<char> text, byte[] key)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length != TextLength || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != Length)
        {
            return null;
        }

        Span<byte> tag = stackalloc byte[TagBytes];
        Tag(key, bytes[..Signed], tag);
        return CryptographicOperations.FixedTimeEquals(tag, bytes[Signed..])
            ? new SessionTicket(
                new Guid(bytes[..IdBytes], bigEndian: true), new Guid(bytes[IdBytes..(2 * IdBytes)], bigEndian: true),
                bytes[(2 * IdBytes)..Signed].ToArray())
            : null;
    }

    private static void Tag(byte[] key, ReadOnlySpan<byte> content, Span<byte> tag)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, content, whole);
        whole[..TagBytes].CopyTo(tag);
    }
}
