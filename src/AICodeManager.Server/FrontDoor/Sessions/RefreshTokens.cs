using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>
/// Exchanges refresh tokens, each once (RFC 9700 section 4.14). A spent one that comes again ends the whole session;
/// only the same client, within <see cref="Grace"/>, is given the same successor again, for its answer may have been lost.
/// </summary>
public sealed class RefreshTokens(SessionStore sessions, SessionTickets tickets, StandingStore standings, Clients clients, TimeProvider time)
{
    /// <summary>How long a lost answer may be asked for again.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Not one of this server's, or not for this use.</summary>
    public const string Invalid = "invalid";

    private const int Races = 4;

    /// <summary>How an exchange ended: a successor, or why not (<see cref="SessionEnd"/> or <see cref="Invalid"/>).</summary>
    public sealed record Exchange(SessionTicket? Successor, UserStanding? User, DateTimeOffset EndsAt, string? Refused);

    public async Task<Exchange> ExchangeAsync(string presented, HttpContext context, CancellationToken cancel)
    {
        if (tickets.ReadRefresh(presented) is not { } ticket)
        {
            return No(Invalid);
        }

        // Each round that loses the race reads what the winner wrote, and is then a replay of the winner's token.
        for (var round = 0; round < Races; round++)
        {
            var record = await sessions.ReadAsync(ticket.UserId, ticket.SessionId, cancel);
            if (record is not { Ended: null })
            {
                return No(record?.Ended ?? SessionEnd.Expired);
            }

            if (sessions.Open(ticket.UserId, record) is not { } session)
            {
                return No(SessionEnd.Expired);
            }

            var user = await standings.LoadAsync(ticket.UserId, cancel);
            if (user is null || user.Disabled || user.Epoch != session.Epoch)
            {
                return No(SessionEnd.Ended);
            }

            if (session.Kind != SessionKind.Api)
            {
                return No(Invalid);
            }

            if (!ticket.Matches(session.SecretHash))
            {
                return await AgainAsync(ticket, session, record.EndsAt, user, context);
            }

            var successor = SessionTickets.New(ticket.UserId, ticket.SessionId);
            var spent = new SpentToken(
                session.SecretHash, time.GetUtcNow(), Seal(ticket, successor.Secret.Span), clients.Of(context));
            if (await sessions.ReplaceAsync(
                session with { SecretHash = successor.SecretHash, Spent = spent }, record.Version, extend: true, cancel))
            {
                return new Exchange(successor, user, time.GetUtcNow() + sessions.Lifetime(SessionKind.Api).Absolute, null);
            }
        }

        return No("busy");
    }

    private async Task<Exchange> AgainAsync(
        SessionTicket ticket, Session session, DateTimeOffset endsAt, UserStanding user, HttpContext context)
    {
        if (session.Spent is { } spent
            && ticket.Matches(spent.Hash)
            && time.GetUtcNow() - spent.At <= Grace
            && spent.By.IsStill(context)
            && Open(ticket, spent.Successor) is { } secret)
        {
            return new Exchange(ticket with { Secret = secret }, user, endsAt, null);
        }

        // Its seal says that we issued it: somebody holds a token that was spent. Thief or owner, neither may go on.
        await sessions.EndAsync(ticket.UserId, ticket.SessionId, SessionEnd.TokenReused, RequestOrigin.Of(context));
        return No(SessionEnd.TokenReused);
    }

    private static Exchange No(string why) => new(null, null, default, why);

    private static string Seal(SessionTicket under, ReadOnlySpan<byte> secret)
    {
        // The key is used for this one message: a fixed IV is as good as a random one.
        using var gcm = new AesGcm(KeyOf(under), AesGcm.TagByteSizes.MaxSize);
        Span<byte> sealedBytes = stackalloc byte[secret.Length + AesGcm.TagByteSizes.MaxSize];
        gcm.Encrypt(stackalloc byte[12], secret, sealedBytes[..secret.Length], sealedBytes[secret.Length..], AssociatedData(under));
        return Convert.ToBase64String(sealedBytes);
    }

    private static byte[]? Open(SessionTicket under, string sealedText)
    {
        Span<byte> sealedBytes = stackalloc byte[SessionTicket.SecretBytes + AesGcm.TagByteSizes.MaxSize];
        if (!Convert.TryFromBase64String(sealedText, sealedBytes, out var length) || length != sealedBytes.Length)
        {
            return null;
        }

        using var gcm = new AesGcm(KeyOf(under), AesGcm.TagByteSizes.MaxSize);
        var secret = new byte[SessionTicket.SecretBytes];
        try
        {
            gcm.Decrypt(
                stackalloc byte[12], sealedBytes[..secret.Length], sealedBytes[secret.Length..], secret, AssociatedData(under));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] KeyOf(SessionTicket ticket) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, ticket.Secret.ToArray(), 32, info: "aicli refresh successor v1"u8.ToArray());

    private static byte[] AssociatedData(SessionTicket ticket) => Encoding.ASCII.GetBytes($"{ticket.UserId:N}{ticket.SessionId:N}");
}
