using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>Keeps <c>users.second_factor</c> true to the factors there are. Recovery codes stand in for all of them and end with the last.</summary>
public static class FactorFlag
{
    /// <summary>To be called within <c>StandingStore.ChangeAsync</c>, after the change of a factor.</summary>
    public static async Task SettleAsync(Transaction t, Guid userId)
    {
        await t.ExecuteAsync(
            """
            UPDATE users SET second_factor =
                CASE WHEN EXISTS (SELECT 1 FROM totp_factors WHERE user_id = @userId AND confirmed_at IS NOT NULL)
                       OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = @userId)
                     THEN 1 ELSE 0 END
            WHERE id = @userId
            """,
            new { userId });
        await t.ExecuteAsync(
            """
            DELETE FROM recovery_codes
            WHERE user_id = @userId AND NOT EXISTS (SELECT 1 FROM users WHERE id = @userId AND second_factor = 1)
            """,
            new { userId });
    }

    public static async Task<bool> IsSetAsync(Reader r, Guid userId) =>
        await r.ScalarAsync<long?>("SELECT second_factor FROM users WHERE id = @userId", new { userId }) == 1;
}
