using System.Text;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Tests.Work.Projects;

/// <summary>Real sandboxes for tests, of the workspace image that the environment names.</summary>
internal static class SandboxForTests
{
    /// <summary>Sandboxes on the engine named; skips where this machine has none.</summary>
    public static Sandboxes Make(ISandboxEngine engine)
    {
        var gate = new SandboxGate();
        gate.Open();
        return new Sandboxes([engine], gate, new MeterOptions { Interval = TimeSpan.FromMilliseconds(50) }, TimeProvider.System);
    }

    /// <summary>Runs a script; its output without blanks at the end.</summary>
    public static async Task<string> RunAsync(
        Sandboxes sandboxes, SandboxProfile profile, IReadOnlyList<SandboxMount> mounts, string script, bool mayFail = false)
    {
        var spec = new SandboxSpec
        {
            Name = $"test-{Guid.NewGuid():N}",
            Command = ["/bin/bash", "-ec", script],
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = "/home/agent" },
            Mounts = mounts,
            Profile = profile,
        };
        var run = await sandboxes.RunAsync(spec, null, 1 << 20, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(mayFail || run.Exit.ExitCode == 0, run.Error + Encoding.UTF8.GetString(run.Output));
        return Encoding.UTF8.GetString(run.Output).TrimEnd();
    }

    /// <summary>A new folder that the sandbox's user may write.</summary>
    public static string OwnedFolder(string path, SandboxProfile profile)
    {
        Directory.CreateDirectory(path);
        if (Environment.IsPrivilegedProcess)
            System.Diagnostics.Process.Start("chown", $"{profile.UserId}:{profile.UserId} {path}").WaitForExit();
        return path;
    }
}
