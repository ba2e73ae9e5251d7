using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Unconfined;

namespace AICodeManager.Tests.Work.Sandbox.Unconfined;

public sealed class UnconfinedEngineTests
{
    private readonly UnconfinedEngine engine = new(Lab.Folder());

    [Fact]
    public async Task Shows_the_mounted_folders_under_their_host_paths()
    {
        var folder = Lab.SharedFolder();
        await using var sandbox = await engine.StartAsync(Lab.Spec("/bin/sh", "-c", "pwd; echo $0 $CONF $KEEP; cat", "/workspace/a") with
        {
            WorkingFolder = "/workspace",
            Mounts = [new SandboxMount(folder, "/workspace", Writable: true), new SandboxMount("/usr/share", "/workspace/share")],
            Environment = new Dictionary<string, string> { ["CONF"] = "/workspace/share/x", ["KEEP"] = "/workspaces" },
        }, Lab.Cancel);
        await sandbox.Input.DisposeAsync();

        Assert.Equal($"{folder}\n{folder}/a /usr/share/x /workspaces\n", await Lab.ReadAsync(sandbox.Output));
        Assert.Equal(0, (await sandbox.WaitAsync(Lab.Cancel)).ExitCode);
    }

    [Fact]
    public async Task Ends_the_whole_tree()
    {
        var mark = $"33{Random.Shared.Next(100_000, 999_999)}";
        await using var sandbox = await engine.StartAsync(Lab.Shell($"sleep {mark} & echo up; wait"), Lab.Cancel);
        await sandbox.Output.ReadExactlyAsync(new byte[3], Lab.Cancel);

        await sandbox.KillAsync();

        Assert.Equal(SandboxEnd.Killed, (await sandbox.WaitAsync(Lab.Cancel)).Cause);
        await Lab.UntilGoneAsync(mark);
    }

    [Fact]
    public async Task Says_that_it_is_no_sandbox() =>
        Assert.Contains("NO SANDBOX", (await engine.PingAsync(Lab.Cancel)).Detail, StringComparison.Ordinal);
}
