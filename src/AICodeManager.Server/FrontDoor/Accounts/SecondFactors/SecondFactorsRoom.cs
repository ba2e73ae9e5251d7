using Microsoft.AspNetCore.Identity;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>What a user has beside a password: codes of an authenticator app, recovery codes; and the step-up that asks for a proof.</summary>
public static class SecondFactorsRoom
{
    public static void AddSecondFactors(this IServiceCollection services)
    {
        services.AddSingleton<RecoveryCodeStore>();
        services.AddSingleton<TotpStore>();
        services.AddScoped<TotpProvider>();
        services.AddScoped<SecondFactors>();
        services.Configure<IdentityOptions>(o => o.Tokens.ProviderMap[TotpProvider.Name] = new(typeof(TotpProvider)));
    }

    public static void MapSecondFactors(this IEndpointRouteBuilder routes)
    {
        routes.MapTotp();
        routes.MapStepUp();
    }
}
