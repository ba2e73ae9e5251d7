using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>Keeps <c>users.second_factor</c> true to the factors there are.</summary>
public static class FactorFlag
{
    /// <summary>To be called within <c>StandingStore.ChangeAsync</c>, after the change of a factor.</summary>
    public static Task SettleAsync(Transaction t, Guid userId) =>
        t.ExecuteAsync(
            """
            UPDATE users SET second_factor =
                CASE WHEN EXISTS (SELECT 1 FROM totp_factors WHERE user_id = @userId AND confirmed_at IS NOT NULL)
                       OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = @userId)
                     THEN 1 ELSE 0 END
            WHERE id = @userId
            """,
            new { userId });
}
