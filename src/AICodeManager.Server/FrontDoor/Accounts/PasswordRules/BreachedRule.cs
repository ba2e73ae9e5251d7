using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.PasswordRules;

/// <summary>Refuses what attackers try first: the passwords of public leaks, whatever their case.</summary>
public sealed class BreachedRule : IPasswordValidator<Account>
{
    public const string Code = "password_breached";

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) =>
        Task.FromResult(
            password is not null && PasswordText.TryNormalize(password, out var normal) && BreachedPasswords.Contains(normal)
                ? IdentityResult.Failed(new IdentityError
                {
                    Code = Code,
                    Description = "is on a list of passwords that were stolen elsewhere and are tried first; choose another",
                })
                : IdentityResult.Success);
}
