using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>Who may do what: rules of routes, permissions of roles, memberships. What belongs to whom the rooms' own statements know.</summary>
public static class AccessRoom
{
    public static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<AccessDecisions>();
        services.AddSingleton<IClearable>(p => p.GetRequiredService<AccessDecisions>());
    }
}
