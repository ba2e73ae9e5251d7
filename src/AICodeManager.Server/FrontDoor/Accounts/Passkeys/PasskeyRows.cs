using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.Ground.Storage;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.Passkeys;

/// <summary>The passkeys table: its reads, and the changes that are part of a change of their account.</summary>
internal static class PasskeyRows
{
    public static Task<IReadOnlyList<PasskeyRow>> ListAsync(Reader r, Guid userId) =>
        r.QueryAsync<PasskeyRow>("SELECT * FROM passkeys WHERE user_id = @userId ORDER BY id", new { userId });

    public static Task<PasskeyRow?> FindAsync(Reader r, byte[] credentialId) =>
        r.SingleAsync<PasskeyRow>("SELECT * FROM passkeys WHERE credential_id = @Key", new { Key = PasskeyRow.KeyOf(credentialId) });

    public static async Task PutAsync(Transaction t, Guid userId, UserPasskeyInfo passkey)
    {
        var put = await t.ExecuteAsync(
            """
            INSERT INTO passkeys (id, user_id, credential_id, public_key, name, sign_count, transports, backup_eligible, backed_up, created_at)
            VALUES (@Id, @userId, @CredentialId, @PublicKey, @Name, @SignCount, @Transports, @BackupEligible, @BackedUp, @CreatedAt)
            ON CONFLICT (credential_id) DO UPDATE
                SET name = excluded.name, sign_count = excluded.sign_count, backed_up = excluded.backed_up
                WHERE passkeys.user_id = excluded.user_id
            """,
            new
            {
                Id = Guid.CreateVersion7(passkey.CreatedAt),
                userId,
                CredentialId = PasskeyRow.KeyOf(passkey.CredentialId),
                PublicKey = PasskeyRow.KeyOf(passkey.PublicKey),
                Name = passkey.Name ?? "",
                SignCount = (long)passkey.SignCount,
                Transports = string.Join(',', Known(passkey.Transports)),
                BackupEligible = passkey.IsBackupEligible ? 1L : 0L,
                BackedUp = passkey.IsBackedUp ? 1L : 0L,
                passkey.CreatedAt,
            });
        if (put == 0)
        {
            // The handler looked before: only a race gets here, and it must not give an account another's passkey.
            throw new InvalidOperationException("The credential belongs to another account.");
        }

        await FactorFlag.SettleAsync(t, userId);
    }

    public static async Task RemoveAsync(Transaction t, Guid userId, byte[] credentialId)
    {
        await t.ExecuteAsync(
            "DELETE FROM passkeys WHERE user_id = @userId AND credential_id = @Key", new { userId, Key = PasskeyRow.KeyOf(credentialId) });
        await FactorFlag.SettleAsync(t, userId);
    }

    // WebAuthn level 3 section 5.8.4: a hint for the browser; what we do not know helps nobody.
    private static IEnumerable<string> Known(string[]? transports) =>
        (transports ?? []).Where(t => t is "usb" or "nfc" or "ble" or "hybrid" or "internal" or "smart-card").Distinct();
}
