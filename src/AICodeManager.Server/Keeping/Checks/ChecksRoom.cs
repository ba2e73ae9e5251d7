using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Keeping.Checks.Figures;
using AICodeManager.Server.Keeping.Checks.Readings;

namespace AICodeManager.Server.Keeping.Checks;

/// <summary>
/// Tells whether the system is as it should be (spec A20): the checklist of a deployment and the regular reviews, run
/// against the live system. It reads the doors of other rooms and offers none. The table is <see cref="CheckTable"/>.
/// </summary>
public static class ChecksRoom
{
    public static void AddChecks(this IServiceCollection services)
    {
        services.AddSingleton<CheckStore>();
        services.AddSingleton(s => new SecurityCheck(s.GetRequiredService<CheckStore>()));
        services.AddSingleton<BackupDrill>();
        services.AddSingleton<CheckScenes>();
        services.AddSingleton<CheckEndpoints>();
        services.AddSingleton<FigureStore>();
        services.AddSingleton<FigureCounter>();
        services.AddHostedService<FigureKeeper>();
    }

    public static void MapChecks(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/admin/security-check", CheckEndpoints.RunAsync).Needs("system:checks");
}
