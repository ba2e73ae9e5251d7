using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>Makes the administrator that <c>AICLI_ADMIN_EMAIL</c> and <c>AICLI_ADMIN_PASSWORD</c> name, while there is none.</summary>
public sealed partial class FirstAdministrator(AccountStore accounts, Settings settings, ILogger<FirstAdministrator> log)
{
    public async Task EnsureAsync(CancellationToken cancel)
    {
        if (settings.Host is not { AdminEmail: { } email, AdminPassword: { } password }
            || await accounts.AnyAdministratorAsync(cancel))
        {
            return;
        }

        if (await accounts.CreateAsync(
            email, "Administrator", AccountStore.AdministratorRole, password.Reveal(), RequestOrigin.System, cancel) is null)
        {
            LogTaken(log);
            return;
        }

        LogMade(log);
    }

    [LoggerMessage(LogLevel.Information, "The first administrator was created")]
    private static partial void LogMade(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "AICLI_ADMIN_EMAIL names an account that is not an administrator; it was left as it is")]
    private static partial void LogTaken(ILogger logger);
}
