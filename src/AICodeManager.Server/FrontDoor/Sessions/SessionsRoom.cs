using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.Sessions;

/// <summary>Sessions of both kinds, their tokens, and what is asked of their users when something about them changes.</summary>
public static class SessionsRoom
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<StandingStore>();
        services.AddSingleton<ISessionForm, SealedSessions>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionTickets>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<SessionMemory>();
        services.AddSingleton<IClearable>(p => p.GetRequiredService<SessionMemory>());
        services.AddSingleton<SessionGate>();
        services.AddSingleton<Clients>();
        services.AddSingleton<AccessTokenIssue>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<StepUps>();
        services.AddSingleton<SessionWatches>();
    }

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapTokenRoutes();
        routes.MapSessionRoutes();
    }
}
