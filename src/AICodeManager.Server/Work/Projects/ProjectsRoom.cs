using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Work.Projects;

/// <summary>
/// Projects: working copies, their files and their changes. Knows sandboxes and workspaces, not tasks; the Tasks room
/// comes through <see cref="ProjectStore"/>, <see cref="WorkingCopies"/>, <see cref="WorkingCopyLocks"/> and
/// <see cref="ProjectGit"/>. Everything in a working copy is hostile: tools run in sandboxes, and the host opens
/// paths only beneath the folder (docs/decisions/0006).
/// </summary>
public static class ProjectsRoom
{
    public static void AddProjects(this IServiceCollection services)
    {
        services.AddSingleton<ProjectStore>();
        services.AddSingleton<ProjectFolders>();
        services.AddSingleton<ProjectFiles>();
        services.AddSingleton<ProjectRequests>();
        services.AddSingleton<GitSources>();
        services.AddSingleton<WorkingCopies>();
        services.AddSingleton<WorkingCopyLocks>();
        services.AddSingleton<ProjectSandbox>();
        services.AddSingleton(s => new ProjectGit(
            s.GetRequiredService<ProjectSandbox>(), s.GetRequiredService<Settings>().Projects.DiffLimit));
        services.AddSingleton<CloneEgress>();
        services.AddSingleton<Preparation>();
        services.AddSingleton<Preparations>();
        services.AddHostedService(s => s.GetRequiredService<Preparations>());
    }
}
