using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>
/// Tells attacks from requests: by what a request carries (detection), by who keeps guessing (brute force), and keeps away
/// whoever was found out (blocks).
/// </summary>
public static class AttacksRoom
{
    public static void AddAttacks(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new PatternRules(settings.Monitoring.AttackDetection));
        services.AddSingleton<EndpointFields>();
        services.AddSingleton<AttackMetrics>();
        services.AddSingleton<AttackJudge>();
        services.AddSingleton<FieldJudge>();
        services.AddSingleton<AttackSightings>();
        services.AddHostedService(s => s.GetRequiredService<AttackSightings>());
    }
}
