using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.PasswordRules;

/// <summary>8 to 256 characters, of any kind: composition rules make passwords worse (NIST SP 800-63B-4 section 3.1.1.2).</summary>
public sealed class LengthRule : IPasswordValidator<Account>
{
    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) =>
        Task.FromResult(
            password is not null && PasswordText.TryNormalize(password, out var normal)
            && PasswordText.LengthOf(normal) >= PasswordText.MinLength
                ? IdentityResult.Success
                : IdentityResult.Failed(new IdentityError
                {
                    Code = "password_length",
                    Description = $"must be {PasswordText.MinLength} to {PasswordText.MaxLength} characters long",
                }));
}
