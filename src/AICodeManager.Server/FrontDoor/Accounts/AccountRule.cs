using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>What the user manager checks before it saves an account. That an address is free, the insert itself decides.</summary>
public sealed class AccountRule(IdentityErrorDescriber errors) : IUserValidator<Account>
{
    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user) =>
        Task.FromResult(EmailAddress.IsAcceptable(user.Email)
            ? IdentityResult.Success
            : IdentityResult.Failed(errors.InvalidEmail(user.Email)));
}
