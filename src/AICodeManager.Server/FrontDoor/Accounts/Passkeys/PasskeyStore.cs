using AICodeManager.Server.Ground.Storage;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.Passkeys;

/// <summary>Reads passkeys, and notes their use.</summary>
public sealed class PasskeyStore(Database database, TimeProvider time)
{
    /// <summary>Passkeys of one account.</summary>
    public const int MaxPerAccount = 20;

    public Task<IReadOnlyList<PasskeyRow>> ListAsync(Guid userId, CancellationToken cancel) =>
        database.ReadAsync(r => PasskeyRows.ListAsync(r, userId), cancel);

    /// <summary>
    /// Moves the signature counter to that of an assertion that was just checked. The handler compared it with a copy;
    /// this statement compares it with the row, so that a clone that signs at the same moment is noticed too
    /// (WebAuthn level 3 section 7.2 step 22).
    /// </summary>
    /// <returns>False when the counter has not grown, or the passkey is gone.</returns>
    public async Task<bool> NoteUseAsync(UserPasskeyInfo passkey, CancellationToken cancel) =>
        await database.WriteAsync(
            t => t.ExecuteAsync(
                """
                UPDATE passkeys SET sign_count = @Count, backed_up = @BackedUp, last_used_at = @Now
                WHERE credential_id = @Key AND (sign_count < @Count OR (sign_count = 0 AND @Count = 0))
                """,
                new
                {
                    Count = (long)passkey.SignCount,
                    BackedUp = passkey.IsBackedUp ? 1L : 0L,
                    Now = time.GetUtcNow(),
                    Key = PasskeyRow.KeyOf(passkey.CredentialId),
                }), cancel) == 1;
}
