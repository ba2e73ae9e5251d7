using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>Puts our TOTP behind the framework's door: <c>UserManager.VerifyTwoFactorTokenAsync(account, TotpProvider.Name, code)</c>.</summary>
public sealed class TotpProvider(TotpStore totp) : IUserTwoFactorTokenProvider<Account>
{
    /// <summary>The framework's own name for codes of an authenticator app.</summary>
    public static readonly string Name = TokenOptions.DefaultAuthenticatorProvider;

    /// <summary>The app makes the codes, never the server.</summary>
    public Task<string> GenerateAsync(string purpose, UserManager<Account> manager, Account user) => Task.FromResult("");

    /// <summary>Checks a code and spends it: a second call with the same one answers false.</summary>
    public Task<bool> ValidateAsync(string purpose, string token, UserManager<Account> manager, Account user) =>
        totp.SpendAsync(user.Id, token, CancellationToken.None);

    public Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<Account> manager, Account user) =>
        totp.IsEnabledAsync(user.Id, CancellationToken.None);
}
