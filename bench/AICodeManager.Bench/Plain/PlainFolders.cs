using AICodeManager.Bench.Rig;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Bench.Plain;

/// <summary>What one plain start needs on the host: the same folders and the same CLI call as a task of the server.</summary>
internal sealed class PlainFolders
{
    public PlainFolders(ScratchFolder scratch)
    {
        var id = Guid.NewGuid();
        Root = scratch.Make($"plain-{id:N}");
        Launch = new ClaudeCode().Launch(new AgentStart(id.ToString("D"), null, "claude-sonnet-4-5", new Secret("not-used: the session begins before any call")));
        foreach (var folder in new[] { Work, Config })
        {
            Directory.CreateDirectory(folder);
            SandboxOwner.Give(folder, Profile);
        }

        Directory.CreateDirectory(Sockets);
        File.WriteAllText(Path.Combine(Config, "settings.json"), "");
        foreach (var (inside, content) in Launch.PolicyFiles)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Root + inside)!);
            File.WriteAllText(Root + inside, content);
        }
    }

    public static SandboxProfile Profile { get; } = new() { UserId = SandboxOwner.UserId };

    public AgentLaunch Launch { get; }

    public string Root { get; }

    public string Work => Path.Combine(Root, "work");

    public string Config => Path.Combine(Root, "agent");

    public string Sockets => Path.Combine(Root, "run");

    /// <summary>Host path, path inside, writable.</summary>
    public IReadOnlyList<(string Host, string Inside, bool Writable)> Mounts =>
    [
        (Work, SandboxPaths.Workspace, true),
        (Config, SandboxPaths.Config, true),
        (Sockets, SandboxPaths.Sockets, false),
        (Path.Combine(Root, "etc/claude-code"), "/etc/claude-code", false),
        ($"{Root}{SandboxPaths.Config}/settings.json", $"{SandboxPaths.Config}/settings.json", false),
    ];
}
