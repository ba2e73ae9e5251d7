using AICodeManager.Server.FrontDoor.Accounts.PasswordRules;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>
/// The framework's Identity hasher (PBKDF2-HMAC-SHA512) with an iteration count of this decade, on passwords in their
/// normal form. A hash of fewer iterations still verifies, and the user manager renews it with the next sign-in.
/// </summary>
public sealed class Passwords : IPasswordHasher<Account>
{
    /// <summary>OWASP Password Storage Cheat Sheet: at least 210,000 for PBKDF2-HMAC-SHA512.</summary>
    public const int Iterations = 220_000;

    private readonly PasswordHasher<Account> hasher;

    public Passwords()
        : this(Iterations)
    {
    }

    /// <summary>For tests, which sign thousands of people up. No container calls what is not public, and no setting leads here.</summary>
    internal Passwords(int iterations) => hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));

    /// <exception cref="ArgumentException">The password has no normal form; the rules refuse it before.</exception>
    public string HashPassword(Account user, string password) =>
        PasswordText.TryNormalize(password, out var normal)
            ? hasher.HashPassword(user, normal)
            : throw new ArgumentException("The password is too long or not text.", nameof(password));

    /// <summary>Does the same work for every password that is sent, also for one that no account can have.</summary>
    public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
    {
        var possible = PasswordText.TryNormalize(providedPassword, out var normal);
        var result = hasher.VerifyHashedPassword(user, hashedPassword, normal ?? "");
        return possible ? result : PasswordVerificationResult.Failed;
    }
}
