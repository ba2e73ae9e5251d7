using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Checks passwords with the same work whether or not there is an account, or a password of it.</summary>
public sealed class PasswordCheck(UserManager<Account> users, PasswordDecoy decoy, HashingTurns turns)
{
    /// <summary>Whether this is the account's password. Renews its hash where that has too few iterations.</summary>
    public Task<bool> IsRightAsync(Account? account, string password, CancellationToken cancel) =>
        turns.TakeAsync(() => JudgeAsync(account, password), cancel);

    private async Task<bool> JudgeAsync(Account? account, string password)
    {
        // Asked for first: making it must not cost only those who name an unknown account.
        var hash = decoy.Hash;
        if (account is { PasswordHash.Length: > 0 })
        {
            return await users.CheckPasswordAsync(account, password);
        }

        users.PasswordHasher.VerifyHashedPassword(new Account(), hash, password);
        return false;
    }
}

/// <summary>A hash that no password fits, for the work that a missing account must cost too.</summary>
public sealed class PasswordDecoy(IPasswordHasher<Account> hasher)
{
    private readonly Lazy<string> hash = new(() => hasher.HashPassword(new Account(), Guid.NewGuid().ToString("N")));

    public string Hash => hash.Value;
}
