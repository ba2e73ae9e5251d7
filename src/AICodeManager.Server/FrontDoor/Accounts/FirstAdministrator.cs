using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Makes the administrator that <c>AICLI_ADMIN_EMAIL</c> and <c>AICLI_ADMIN_PASSWORD</c> name, while there is none.</summary>
public sealed partial class FirstAdministrator(
    AccountStore accounts, IServiceScopeFactory scopes, Settings settings, ILogger<FirstAdministrator> log)
{
    /// <exception cref="ConfigurationException">The address or the password is not one that an account may have.</exception>
    public async Task EnsureAsync(CancellationToken cancel)
    {
        if (settings.Host is not { AdminEmail: { } email, AdminPassword: { } password }
            || await accounts.AnyAdministratorAsync(cancel))
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var (_, refused) = await scope.ServiceProvider.GetRequiredService<Registrar>().CreateAsync(
            new NewAccount(email, "Administrator", Registrar.AdministratorRole, password.Reveal()), RequestOrigin.System);
        switch (refused)
        {
            case null: LogMade(log); break;
            case { Errors: { } errors }: throw new ConfigurationException([.. errors.SelectMany(Faults)]);
            default: LogTaken(log); break;
        }
    }

    private static IEnumerable<ConfigurationFault> Faults(KeyValuePair<string, string[]> field)
    {
        var variable = field.Key == "password" ? "AICLI_ADMIN_PASSWORD" : "AICLI_ADMIN_EMAIL";
        return field.Value.Select(problem => new ConfigurationFault(null, null, variable, null, problem, null));
    }

    [LoggerMessage(LogLevel.Information, "The first administrator was created")]
    private static partial void LogMade(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "AICLI_ADMIN_EMAIL names an account that is not an administrator; it was left as it is")]
    private static partial void LogTaken(ILogger logger);
}
