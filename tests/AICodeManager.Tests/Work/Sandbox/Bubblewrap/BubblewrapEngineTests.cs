using System.Diagnostics;
using System.Runtime.InteropServices;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Bubblewrap;
using AICodeManager.Tests.Fixtures;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Tests.Work.Sandbox.Bubblewrap;

public sealed partial class BubblewrapEngineTests
{
    private const string ChildMark = "AICLI_TEST_CHILD_MARK";

    [Fact]
    public async Task Ends_with_the_server_even_when_that_is_killed_and_its_leftovers_are_found()
    {
        var (folder, mark) = (Lab.Folder(), $"32{Random.Shared.Next(100_000, 999_999)}");
        using var engine = Lab.Bubblewrap(folder);
        using var server = StartServer(folder, mark);
        try
        {
            while (await server.StandardOutput.ReadLineAsync(Lab.Cancel) is { } line && !line.Contains(mark, StringComparison.Ordinal))
                continue;
            await Lab.UntilRunningAsync(mark);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }

        var left = await UntilEndedAsync(engine);
        await Lab.UntilGoneAsync(mark);
        Assert.Equal("of the dead", left.Labels["kind"]);
        await engine.RemoveAsync(left.Name, Lab.Cancel);
        Assert.Empty(await engine.FindAsync(new Dictionary<string, string>(), Lab.Cancel));
    }

    /// <summary>Not a test: the server that the test above starts and kills.</summary>
    [Fact(Explicit = true)]
    public async Task Serves_as_the_server_that_is_killed()
    {
        using var engine = Lab.Bubblewrap(Lab.Needed(ChildRun.Folder, "a parent"));
        var mark = Environment.GetEnvironmentVariable(ChildMark);
        var spec = Lab.Shell($"setsid sleep {mark} & sleep {mark} & echo up; wait") with
        {
            Labels = new Dictionary<string, string> { ["kind"] = "of the dead" },
        };
        await using var sandbox = await engine.StartAsync(spec, Lab.Cancel);
        await sandbox.Output.ReadExactlyAsync(new byte[3], Lab.Cancel);
        await Console.Out.WriteLineAsync(mark);
        await sandbox.WaitAsync(Lab.Cancel);
    }

    [Fact]
    public async Task Does_not_end_a_sandbox_when_the_thread_that_asked_for_it_ends()
    {
        using var engine = Lab.Bubblewrap();
        Task<ISandbox>? start = null;
        var thread = new Thread(() => start = engine.StartAsync(Lab.Shell("read x; echo $x"), CancellationToken.None));
        thread.Start();
        thread.Join();

        await using var started = await start!;
        await started.Input.WriteAsync("alive\n"u8.ToArray(), Lab.Cancel);
        Assert.Equal("alive\n", await Lab.ReadAsync(started.Output));
    }

    [Fact]
    public async Task Cannot_start_where_a_limit_cannot_be_put_in_force()
    {
        var folder = Lab.Folder();
        // A parent that is a file in the way: as on a host whose control groups belong to someone else.
        using var engine = Lab.Bubblewrap(folder, cgroupParent: "cgroup.procs");

        var fault = await Assert.ThrowsAsync<SandboxException>(() => engine.StartAsync(Lab.Spec("true"), Lab.Cancel));

        Assert.Equal("limit_unavailable", fault.Code);
        Assert.Contains("memory", fault.Message, StringComparison.Ordinal);
        Assert.False((await engine.PingAsync(Lab.Cancel)).Ready);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task Cannot_start_without_the_mount_point_and_leaves_nothing()
    {
        var folder = Lab.Folder();
        using var engine = Lab.Bubblewrap(folder);
        var spec = Lab.Spec("true") with { Mounts = [new SandboxMount("/usr/share", "/nowhere/at/all")] };

        Assert.Equal("start_failed", (await Assert.ThrowsAsync<SandboxException>(() => engine.StartAsync(spec, Lab.Cancel))).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task Says_why_bubblewrap_itself_failed()
    {
        var folder = Lab.Folder();
        using var engine = Lab.Bubblewrap(folder);

        var fault = await Assert.ThrowsAsync<SandboxException>(
            () => engine.StartAsync(Lab.Spec("true") with { WorkingFolder = "/not/there" }, Lab.Cancel));

        Assert.Equal("start_failed", fault.Code);
        Assert.Contains("chdir", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public async Task Shows_inside_no_descriptor_path_or_variable_of_the_host_and_outside_no_variable_of_the_sandbox()
    {
        using var engine = Lab.Bubblewrap();
        // A descriptor as whoever started the server may have left it open: not closed in children.
        using var inherited = new SafeFileHandle(Duplicate(0), ownsHandle: true);
        var secret = Guid.NewGuid().ToString("N");
        await using var sandbox = await engine.StartAsync(
            Lab.Shell("ls /proc/self/fd | tr '\\n' ' '; tr '\\0' ' ' < /proc/1/cmdline; tr '\\0' ' ' < /proc/1/environ; env | cut -d= -f1; echo; read x") with
            {
                Environment = new Dictionary<string, string> { ["TOKEN"] = secret },
            }, Lab.Cancel);
        var buffer = new byte[4096];
        var count = await sandbox.Output.ReadAtLeastAsync(buffer, 40, throwOnEndOfStream: true, Lab.Cancel);
        Assert.Equal(0, Lab.CountProcesses(secret));
        await sandbox.Input.DisposeAsync();

        var shown = System.Text.Encoding.UTF8.GetString(buffer, 0, count) + await Lab.ReadAsync(sandbox.Output);
        // The fourth is that of ls itself.
        Assert.StartsWith("0 1 2 3 bwrap --args 8 -- /bin/sh -c printf x", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("/mnt", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET", shown, StringComparison.Ordinal);
    }

    // The kernel needs a moment to end them; the runner's own time limit bounds this.
    private static async Task<FoundSandbox> UntilEndedAsync(BubblewrapEngine engine)
    {
        while (true)
        {
            var found = await engine.FindAsync(new Dictionary<string, string>(), Lab.Cancel);
            if (found is [{ Running: false } one])
                return one;
            await Task.Yield();
        }
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    private static Process StartServer(string folder, string mark)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!, [
            typeof(BubblewrapEngineTests).Assembly.Location,
            "--filter-method", $"*.{nameof(Serves_as_the_server_that_is_killed)}", "--explicit", "only", "--no-progress"])
        {
            RedirectStandardOutput = true,
        };
        info.Environment[ChildRun.Folder] = folder;
        info.Environment[ChildMark] = mark;
        return Process.Start(info)!;
    }
}
