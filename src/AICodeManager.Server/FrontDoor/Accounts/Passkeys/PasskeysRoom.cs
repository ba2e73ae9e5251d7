using AICodeManager.Server.Ground.Configuration;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AICodeManager.Server.FrontDoor.Accounts.Passkeys;

/// <summary>Passkeys (WebAuthn level 3) on the framework's handler: our part is what is kept between requests, and where.</summary>
public static class PasskeysRoom
{
    public static void AddPasskeys(this IServiceCollection services)
    {
        services.AddSingleton(p => p.GetRequiredService<Settings>().Passkeys);
        services.AddSingleton<IConfigureOptions<IdentityPasskeyOptions>, PasskeyRules>();
        services.AddSingleton<PasskeyCeremonies>();
        services.AddSingleton<PasskeyStore>();
        services.AddScoped<IPasskeyHandler<Account>, PasskeyHandler<Account>>();
        services.AddScoped<PasskeyChecks>();
    }
}
