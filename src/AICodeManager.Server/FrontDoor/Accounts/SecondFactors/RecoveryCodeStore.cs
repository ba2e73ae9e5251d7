using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>Recovery codes by their hashes.</summary>
public sealed class RecoveryCodeStore(Database database, AuditTrail audit, TimeProvider time)
{
    /// <summary>Forgets every code of the account and keeps these instead; part of a change of the factor.</summary>
    public async Task ReplaceAsync(Transaction t, Guid userId, IReadOnlyList<string> codes)
    {
        await t.ExecuteAsync("DELETE FROM recovery_codes WHERE user_id = @userId", new { userId });
        foreach (var code in codes)
        {
            await t.ExecuteAsync(
                "INSERT INTO recovery_codes (user_id, code_hash) VALUES (@userId, @Hash)",
                new { userId, Hash = RecoveryCodes.HashOf(userId, SecondFactors.Plain(code)) });
        }
    }

    /// <summary>Makes a new set where there is a second factor; null where there is none.</summary>
    public async Task<IReadOnlyList<string>?> RenewAsync(Guid userId, RequestOrigin origin, CancellationToken cancel)
    {
        var codes = RecoveryCodes.NewSet();
        return await database.WriteAsync(async t =>
        {
            // Changes nothing but holds the row: whoever ends the last factor or renews its codes now waits.
            if (await t.ExecuteAsync(
                "UPDATE users SET second_factor = 1 WHERE id = @userId AND second_factor = 1", new { userId }) == 0)
            {
                return null;
            }

            await ReplaceAsync(t, userId, codes);
            await audit.RecordAsync(t, origin, new AuditEvent("recovery_codes_created")
            {
                Details = new Dictionary<string, object?> { ["codes"] = codes.Count },
            }.On("user", userId));
            return codes;
        }, cancel);
    }

    /// <summary>Uses a code up; of two who bring the same one, one is let in.</summary>
    /// <param name="code">As <see cref="SecondFactors.Plain"/> gives it.</param>
    public Task<bool> UseAsync(Guid userId, string code, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            if (await t.ExecuteAsync(
                "UPDATE recovery_codes SET used_at = @Now WHERE user_id = @userId AND code_hash = @Hash AND used_at IS NULL",
                new { Now = time.GetUtcNow(), userId, Hash = RecoveryCodes.HashOf(userId, code) }) == 0)
            {
                return false;
            }

            var left = await t.ScalarAsync<long>(
                "SELECT COUNT(*) FROM recovery_codes WHERE user_id = @userId AND used_at IS NULL", new { userId });
            await audit.RecordAnywayAsync(t, origin, new AuditEvent("recovery_code_used")
            {
                ActorId = userId,
                Details = new Dictionary<string, object?> { ["left"] = left },
            }.On("user", userId));
            return true;
        }, cancel);
}
