using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Storage;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>
/// The framework's user store on our database. Every save of an existing account goes through
/// <see cref="StandingStore"/>, so that it is in force with the next request on every node; what belongs to the same
/// change is planned in <see cref="AccountChange"/>. The epoch of the standing does what a security stamp would.
/// </summary>
public sealed partial class AccountUserStore(
    Database database, StandingStore standings, AccountChange planned, IdentityErrorDescriber errors) : IUserStore<Account>
{
    public Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken) =>
        database.WriteAsync(async t =>
        {
            var made = await t.ExecuteAsync(
                """
                INSERT INTO users (id, email, email_key, name, role, password_hash, created_at)
                VALUES (@Id, @Email, @Key, @Name, @Role, @PasswordHash, @CreatedAt)
                ON CONFLICT (email_key) DO NOTHING
                """,
                new
                {
                    user.Id, user.Email, Key = EmailAddress.Key(user.Email), user.Name, user.Role, user.PasswordHash, user.CreatedAt,
                });
            if (made == 0)
            {
                return IdentityResult.Failed(errors.DuplicateEmail(user.Email));
            }

            await planned.RunAsync(t);
            planned.Saved(null);
            return IdentityResult.Success;
        }, cancellationToken);

    public async Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken)
    {
        UserStanding? standing = null;
        try
        {
            standing = (await standings.ChangeAsync(user.Id, planned.EndSessions, t => SaveAsync(t, user), cancellationToken))?.Standing;
        }
        catch (StaleAccountException)
        {
            // Answered below, like an account that is gone.
        }
        finally
        {
            planned.Saved(standing);
        }

        if (standing is null)
        {
            return IdentityResult.Failed(errors.ConcurrencyFailure());
        }

        (user.Version, user.Epoch) = (standing.Version, standing.Epoch);
        return IdentityResult.Success;
    }

    /// <summary>Accounts are disabled, never deleted: the audit and their things point at them.</summary>
    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) =>
        throw new NotSupportedException("An account is disabled, never deleted.");

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        database.ReadAsync(r => r.SingleAsync<Account>("SELECT * FROM users WHERE id = @userId", new { userId }), cancellationToken);

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        database.ReadAsync(
            r => r.SingleAsync<Account>("SELECT * FROM users WHERE email_key = @normalizedUserName", new { normalizedUserName }),
            cancellationToken);

    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString("D"));

    // The e-mail address is the user name.
    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken)
    {
        user.Email = userName ?? "";
        return Task.CompletedTask;
    }

    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(EmailAddress.Key(user.Email));

    // Always computed from the address: there is nothing to keep.
    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        // Holds nothing: connections live within one call.
    }

    private async Task<bool> SaveAsync(Transaction t, Account user)
    {
        // The version was raised before this step: whoever changed the account since it was read made it higher still.
        var saved = await t.ExecuteAsync(
            """
            UPDATE users SET email = @Email, email_key = @Key, name = @Name, role = @Role, password_hash = @PasswordHash,
                second_factor = @SecondFactor, disabled_at = @DisabledAt
            WHERE id = @Id AND version = @Version + 1
            """,
            new
            {
                user.Id, user.Email, Key = EmailAddress.Key(user.Email), user.Name, user.Role, user.PasswordHash,
                SecondFactor = user.SecondFactor ? 1L : 0L, user.DisabledAt, user.Version,
            });
        if (saved == 0)
        {
            throw new StaleAccountException();
        }

        await planned.RunAsync(t);
        return true;
    }

    // Rolls the whole change back, also the raised version and epoch.
    private sealed class StaleAccountException() : Exception("The account was changed by another request.");
}
