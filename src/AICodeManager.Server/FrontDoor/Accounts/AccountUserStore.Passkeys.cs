using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

// Additions and removals are planned: the user manager saves the account right after them, and both are kept together.
public sealed partial class AccountUserStore : IUserPasskeyStore<Account>
{
    public Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        planned.Also(t => PasskeyRows.PutAsync(t, user.Id, passkey));
        return Task.CompletedTask;
    }

    public Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken)
    {
        planned.Also(t => PasskeyRows.RemoveAsync(t, user.Id, credentialId));
        return Task.CompletedTask;
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(r => PasskeyRows.ListAsync(r, user.Id), cancellationToken)).Select(row => row.ToInfo())];

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        await database.ReadAsync(r => PasskeyRows.FindAsync(r, credentialId), cancellationToken) is { } row && row.UserId == user.Id
            ? row.ToInfo()
            : null;

    public Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        database.ReadAsync(r => r.SingleAsync<Account>(
            "SELECT u.* FROM users u JOIN passkeys p ON p.user_id = u.id WHERE p.credential_id = @Key",
            new { Key = PasskeyRow.KeyOf(credentialId) }), cancellationToken);
}
