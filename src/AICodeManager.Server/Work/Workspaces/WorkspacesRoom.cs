namespace AICodeManager.Server.Work.Workspaces;

/// <summary>Workspaces: who owns what. Knows nothing of sandboxes or agents.</summary>
public static class WorkspacesRoom
{
    public static void AddWorkspaces(this IServiceCollection services) => services.AddSingleton<WorkspaceStore>();
}
