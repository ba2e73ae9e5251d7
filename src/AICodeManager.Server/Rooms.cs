using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Accounts.Passkeys;
using AICodeManager.Server.FrontDoor.Accounts.Providers;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Links;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.FrontDoor.Admission.RateLimits;
using AICodeManager.Server.FrontDoor.Attacks;
using AICodeManager.Server.FrontDoor.Attacks.Administration;
using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;
using AICodeManager.Server.FrontDoor.ClientKeys.Devices;
using AICodeManager.Server.FrontDoor.Csrf;
using AICodeManager.Server.FrontDoor.Edge;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Sessions.Places;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Health;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Server.Work.ModelGateway;
using AICodeManager.Server.Work.Projects;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Probes;
using AICodeManager.Server.Work.Tasks;
using AICodeManager.Server.Work.Workspaces;

namespace AICodeManager.Server;

/// <summary>The table of contents: every room of the server, and where its routes hang.</summary>
public static class Rooms
{
    public static void AddRooms(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<RefusalFunnel>();
        services.AddEdge(settings);
        services.AddCoordination(settings);
        services.AddAudit();
        services.AddAlerts();
        services.AddRateLimits();
        services.AddEdgeHeaders(settings);
        services.AddAccess();
        services.AddBruteForce(settings);
        services.AddVault();
        services.AddBackups();
        services.AddTokens();
        services.AddPlaces(settings);
        services.AddSessions();
        services.AddCsrf(settings);
        services.AddAccounts();
        services.AddProviders();
        services.AddClientKeys();
        services.AddDevices();
        services.AddOwnKeyCookies(settings);
        services.AddAttacks(settings);
        services.AddWorkspaces();
        services.AddProjects();
        services.AddTasks();
        services.AddModelGateway(GatewaySetup.Options(settings));
        services.AddSandboxes(SandboxSetup.Options(settings), SandboxSetup.Profile(settings));
        services.AddProbes();
    }

    public static void MapRooms(this IEndpointRouteBuilder routes)
    {
        routes.MapHealth();
        routes.MapTokenKeys();
        routes.MapSignIn();
        routes.MapKeyCookie();
        var api = routes.MapGroup("/api/v1");
        // Sessions stand on tokens: that a rotation takes a fresh proof is said here.
        api.MapTokens().NeedsProof(ProofLevel.Password);
        api.MapSessions();
        api.MapCsrf();
        api.MapAccounts();
        api.MapSecondFactors();
        api.MapPasskeys();
        api.MapLinks();
        api.MapDevices();
        api.MapAudit();
        api.MapAlerts();
        api.MapBackups();
        api.MapBlocks();
        api.MapWorkspaces();
        api.MapProjects();
        api.MapTasks();
    }
}
