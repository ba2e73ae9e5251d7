using AICodeManager.Server.FrontDoor.Identity;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Sessions as the database keeps them: by the hash of their token, never the token.</summary>
public sealed class SessionStore(Database database, TimeProvider time)
{
    // A session's last use is told to the minute: not every request may cost a write.
    private static readonly TimeSpan SeenPrecision = TimeSpan.FromMinutes(1);

    /// <summary>Starts an API session inside the transaction that records the login; the token exists only in the answer.</summary>
    public async Task<Secret> StartAsync(Transaction t, Guid userId, TimeSpan lifetime, RequestOrigin origin, string? userAgent)
    {
        var token = BearerToken.New();
        var now = time.GetUtcNow();
        await t.ExecuteAsync(
            """
            INSERT INTO sessions (id, user_id, kind, token_hash, address, user_agent, created_at, last_seen_at, expires_at)
            VALUES (@Id, @userId, 'api', @Hash, @Address, @userAgent, @now, @now, @Expires)
            """,
            new
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()),
                userId,
                Hash = BearerToken.HashOf(token),
                origin.Address,
                userAgent = userAgent is { Length: > 500 } ? userAgent[..(char.IsHighSurrogate(userAgent[499]) ? 499 : 500)] : userAgent,
                now,
                Expires = now + lifetime,
            });
        return token;
    }

    /// <summary>Who a live session belongs to; null when it is unknown, ended, expired or its account disabled.</summary>
    public async Task<Caller?> FindAsync(string tokenHash, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var row = await database.ReadAsync(r => r.SingleAsync<LiveRow>(
            """
            SELECT s.id, s.user_id, s.last_seen_at, u.email, u.role
            FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE s.token_hash = @tokenHash AND s.ended_at IS NULL AND s.expires_at > @now AND u.disabled_at IS NULL
            """,
            new { tokenHash, now }), cancel);
        if (row is null)
        {
            return null;
        }

        if (now - row.LastSeenAt >= SeenPrecision)
        {
            await database.WriteAsync(
                t => t.ExecuteAsync("UPDATE sessions SET last_seen_at = @now WHERE id = @Id", new { now, row.Id }), cancel);
        }

        return new Caller(row.UserId, row.Email, row.Role, row.Id);
    }

    public Task EndAsync(Transaction t, Guid sessionId) =>
        t.ExecuteAsync(
            "UPDATE sessions SET ended_at = @Now WHERE id = @sessionId AND ended_at IS NULL",
            new { Now = time.GetUtcNow(), sessionId });

    private sealed record LiveRow
    {
        public Guid Id { get; init; }
        public Guid UserId { get; init; }
        public DateTimeOffset LastSeenAt { get; init; }
        public string Email { get; init; } = "";
        public string Role { get; init; } = "";
    }
}
