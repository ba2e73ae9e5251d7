using System.Buffers.Text;
using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts.Resets;

/// <summary>
/// Password resets that administrators issue and hand over themselves: no mail is sent. One a user, good once and for
/// a day; the database holds the hash of its token only.
/// </summary>
public sealed class PasswordResets(Database database, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const string Prefix = "aicli_reset_";
    private const int RandomBytes = 32;
    private static readonly int TextLength = Prefix.Length + Base64Url.GetEncodedLength(RandomBytes);

    /// <summary>Issues a reset; an earlier one of the user is dead with it.</summary>
    public async Task<(Secret Token, DateTimeOffset ExpiresAt)> IssueAsync(Transaction t, Guid userId)
    {
        var token = new Secret(Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)));
        var expires = time.GetUtcNow() + Lifetime;
        await t.ExecuteAsync(
            """
            INSERT INTO password_resets (user_id, token_hash, expires_at) VALUES (@userId, @Hash, @expires)
            ON CONFLICT (user_id) DO UPDATE SET token_hash = @Hash, expires_at = @expires
            """,
            new { userId, Hash = HashOf(token.Reveal()), expires });
        return (token, expires);
    }

    /// <summary>Whose reset this is; null when it is unknown, spent or too old.</summary>
    public Task<Guid?> OwnerAsync(string token, CancellationToken cancel) => token.Length != TextLength
        ? Task.FromResult<Guid?>(null)
        : database.ReadAsync(async r => await r.ScalarAsync<string>(
            "SELECT user_id FROM password_resets WHERE token_hash = @Hash AND expires_at > @Now",
            new { Hash = HashOf(token), Now = time.GetUtcNow() }) is { } id ? Guid.ParseExact(id, "D") : (Guid?)null, cancel);

    /// <summary>Ends a user's reset: it was issued for the account as it was before.</summary>
    public Task ForgetAsync(Transaction t, Guid userId) =>
        t.ExecuteAsync("DELETE FROM password_resets WHERE user_id = @userId", new { userId });

    /// <summary>Spends the reset: of all who try, one gets true.</summary>
    public async Task<bool> SpendAsync(Transaction t, string token) =>
        await t.ExecuteAsync(
            "DELETE FROM password_resets WHERE token_hash = @Hash AND expires_at > @Now",
            new { Hash = HashOf(token), Now = time.GetUtcNow() }) == 1;

    private static string HashOf(string token) => Convert.ToHexStringLower(new Secret(token).Hash());
}
