using AICodeManager.Server.Work.Workspaces.Environment;

namespace AICodeManager.Server.Work.Workspaces;

/// <summary>Workspaces: who belongs to what, and so who may touch what is in it. Knows nothing of sandboxes or agents.</summary>
public static class WorkspacesRoom
{
    public static void AddWorkspaces(this IServiceCollection services)
    {
        services.AddSingleton<WorkspaceStore>();
        services.AddSingleton<MemberStore>();
        services.AddSingleton<EnvironmentStore>();
    }
}
