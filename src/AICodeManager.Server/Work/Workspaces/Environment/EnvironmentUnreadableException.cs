namespace AICodeManager.Server.Work.Workspaces.Environment;

/// <summary>A value of a workspace's environment was altered, moved, put back or sealed under a key that is gone.</summary>
public sealed class EnvironmentUnreadableException(string name)
    : Exception($"The value of {name} in the workspace's environment cannot be opened. Set it again, or remove it.");
