using AICodeManager.Server.FrontDoor.Sessions;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Who may sign in: accounts, their passwords, and the sessions a sign-in starts.</summary>
public static class AccountsRoom
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<FirstAdministrator>();
    }
}
