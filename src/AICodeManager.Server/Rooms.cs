using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Work.Projects;
using AICodeManager.Server.Work.Workspaces;

namespace AICodeManager.Server;

/// <summary>The table of contents: every room of the server, and where its routes hang.</summary>
public static class Rooms
{
    public static void AddRooms(this IServiceCollection services)
    {
        services.AddSingleton<RefusalFunnel>();
        services.AddAudit();
        services.AddAccounts();
        services.AddWorkspaces();
        services.AddProjects();
    }

    public static void MapRooms(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1");
        api.MapAccounts();
        api.MapAudit();
        api.MapWorkspaces();
        api.MapProjects();
    }
}
