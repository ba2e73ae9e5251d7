namespace AICodeManager.Server.Work.Sandbox;

/// <summary>The read-only root that every sandbox sees, as each engine names it.</summary>
/// <param name="DockerReference">Image known to the Docker engine, for example <c>aicli/workspace:2f9c…</c>; never pulled.</param>
/// <param name="RootFolder">Unpacked root folder for bubblewrap; must hold <c>/bin/sh</c> and every mount point.</param>
public sealed record SandboxImage(string? DockerReference, string? RootFolder);
