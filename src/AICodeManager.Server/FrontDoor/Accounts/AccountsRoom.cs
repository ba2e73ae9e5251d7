using AICodeManager.Server.FrontDoor.Accounts.Administration;
using AICodeManager.Server.FrontDoor.Accounts.Lockout;
using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Server.FrontDoor.Accounts.PasswordRules;
using AICodeManager.Server.FrontDoor.Accounts.Resets;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Who may sign in: accounts and their passwords, on the framework's Identity with stores of our own.</summary>
public static class AccountsRoom
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<AccountStore>();
        services.AddSingleton<FirstAdministrator>();
        services.AddIdentity();
        services.AddSecondFactors();
        services.AddPasskeys();
        services.AddScoped<Registrar>();
        services.AddSingleton<PasswordDecoy>();
        services.AddSingleton<HashingTurns>();
        services.AddScoped<PasswordCheck>();
        services.AddScoped<PasswordLogin>();
        services.AddScoped<PasswordChange>();
        services.AddSingleton<LockoutKeys>();
        services.AddSingleton<LoginFailures>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<PasswordResets>();
        services.AddSingleton<UserList>();
        services.AddScoped<UserAdministration>();
        services.AddSingleton<ExpiredRows>();
        services.AddHostedService(p => p.GetRequiredService<ExpiredRows>());
    }

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth");
        auth.MapRegistration();
        auth.MapLogin();
        auth.MapProfile();
        auth.MapPasswordChange();
        auth.MapPasswordReset();
        routes.MapUserAdministration();
    }

    // What is registered first, the framework's own defaults do not replace.
    private static void AddIdentity(this IServiceCollection services)
    {
        services.AddSingleton<IPasswordHasher<Account>, Passwords>();
        services.AddSingleton<ILookupNormalizer, AccountKeys>();
        services.AddSingleton<IPasswordValidator<Account>, LengthRule>();
        services.AddSingleton<IPasswordValidator<Account>, BreachedRule>();
        services.AddSingleton<IPasswordValidator<Account>, ObviousRule>();
        services.AddScoped<AccountChange>();
        services.AddScoped<IUserValidator<Account>, AccountRule>();
        services.AddIdentityCore<Account>().AddUserStore<AccountUserStore>();
    }
}
