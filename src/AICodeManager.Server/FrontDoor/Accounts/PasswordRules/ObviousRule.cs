using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.PasswordRules;

/// <summary>
/// Refuses passwords made of words that anybody knows of the account: its address, its name, the product. Such a word
/// within a password is fine where the rest would do alone.
/// </summary>
public sealed class ObviousRule : IPasswordValidator<Account>
{
    // Shorter words stand in many a good passphrase by chance.
    private const int LeastWord = 3;

    private static readonly string[] ProductWords = ["ai code manager", "aicodemanager", "aicli-web", "aicli"];

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) =>
        Task.FromResult(
            password is not null && PasswordText.TryNormalize(password, out var normal) && IsObvious(EmailAddress.Key(normal), user)
                ? IdentityResult.Failed(new IdentityError
                {
                    Code = "password_obvious",
                    Description = "is little more than your address, your name or this product's; choose another",
                })
                : IdentityResult.Success);

    private static bool IsObvious(string password, Account user)
    {
        var address = EmailAddress.Key(user.Email);
        string[] words = [address, address.Split('@')[0], EmailAddress.Key(user.Name), .. ProductWords];
        return words.Where(word => word.Length >= LeastWord).Any(word =>
            password.Contains(word, StringComparison.Ordinal)
            && PasswordText.LengthOf(password.Replace(word, "", StringComparison.Ordinal)) < PasswordText.MinLength);
    }
}
