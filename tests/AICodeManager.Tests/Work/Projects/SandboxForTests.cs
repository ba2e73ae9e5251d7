using System.Text;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Tests.Work.Projects;

/// <summary>Real sandboxes for tests, of the workspace image that the environment names.</summary>
internal static class SandboxForTests
{
    private static string? RootFolder => Environment.GetEnvironmentVariable("AICLI_TEST_ROOTFS");

    public static void SkipWhereMissing() =>
        Assert.SkipWhen(string.IsNullOrEmpty(RootFolder), "AICLI_TEST_ROOTFS names no workspace image: build one with deploy/workspace/build.");

    public static Sandboxes Make() => new();

    /// <summary>Runs a script that must succeed; its output.</summary>
    public static async Task<string> RunAsync(
        Sandboxes sandboxes, SandboxProfile profile, IReadOnlyList<SandboxMount> mounts, string script)
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
        Assert.True(run.Exit.ExitCode == 0, Encoding.UTF8.GetString(run.Error) + Encoding.UTF8.GetString(run.Output));
        return Encoding.UTF8.GetString(run.Output);
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
