using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>The framework's Identity hasher (PBKDF2-HMAC-SHA512) with an iteration count of this decade.</summary>
public sealed class Passwords : IPasswordHasher<Account>
{
    /// <summary>OWASP Password Storage Cheat Sheet: at least 210,000 for PBKDF2-HMAC-SHA512.</summary>
    public const int Iterations = 220_000;

    /// <summary>Accepted lengths in characters; the upper bound keeps hashing bounded.</summary>
    public const int MinLength = 8, MaxLength = 256;

    private readonly PasswordHasher<Account> hasher =
        new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));

    private readonly Lazy<string> decoy;

    public Passwords() => decoy = new(() => Hash(Guid.NewGuid().ToString("N")));

    public string HashPassword(Account user, string password) => hasher.HashPassword(user, password);

    public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword) =>
        hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);

    public string Hash(string password) => hasher.HashPassword(new Account(), password);

    /// <summary>Checks a password; for a missing account it does the same work and answers false.</summary>
    public bool Verify(Account? account, string password) =>
        hasher.VerifyHashedPassword(account ?? new Account(), account?.PasswordHash ?? decoy.Value, password)
            != PasswordVerificationResult.Failed
        && account is not null;
}
