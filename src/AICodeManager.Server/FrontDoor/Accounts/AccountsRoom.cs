using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Who may sign in: accounts and their passwords, on the framework's Identity with stores of our own.</summary>
public static class AccountsRoom
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<FirstAdministrator>();
        services.AddIdentity();
        services.AddSecondFactors();
        services.AddPasskeys();
    }

    // What is registered first, the framework's own defaults do not replace.
    private static void AddIdentity(this IServiceCollection services)
    {
        services.AddSingleton<IPasswordHasher<Account>>(p => p.GetRequiredService<Passwords>());
        services.AddSingleton<ILookupNormalizer, AccountKeys>();
        services.AddScoped<AccountChange>();
        services.AddScoped<IUserValidator<Account>, AccountRule>();
        services.AddIdentityCore<Account>().AddUserStore<AccountUserStore>();
    }
}
