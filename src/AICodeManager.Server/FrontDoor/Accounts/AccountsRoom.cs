namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Who may sign in: accounts and their passwords.</summary>
public static class AccountsRoom
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<FirstAdministrator>();
    }
}
