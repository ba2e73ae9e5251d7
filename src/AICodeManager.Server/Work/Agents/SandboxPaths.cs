namespace AICodeManager.Server.Work.Agents;

/// <summary>Where things lie inside a sandbox; the workspace image has these mount points.</summary>
public static class SandboxPaths
{
    public const string Workspace = "/workspace";
    public const string Config = "/config";
    public const string Sockets = "/run/aicli";
    public const string ModelSocket = Sockets + "/model.sock";
}
