using System.Diagnostics;
using AICodeManager.Bench.Rig;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Bench.Plain;

/// <summary>The CLI on the host, without any sandbox.</summary>
internal sealed record PlainHost() : PlainKind("no sandbox")
{
    public override ProcessStartInfo Command(PlainFolders folders, WorkspaceImage image)
    {
        var info = new ProcessStartInfo(image.Claude, folders.Launch.Command.Skip(1)) { WorkingDirectory = folders.Work };
        info.Environment.Clear();
        foreach (var (name, value) in folders.Launch.Environment)
            info.Environment[name] = value;
        info.Environment["HOME"] = folders.Config;
        info.Environment["CLAUDE_CONFIG_DIR"] = folders.Config;
        info.Environment["ANTHROPIC_UNIX_SOCKET"] = Path.Combine(folders.Sockets, Path.GetFileName(SandboxPaths.ModelSocket));
        return info;
    }
}
