using System.Text;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Tests.Work.Sandbox;

/// <summary>What every engine does alike.</summary>
public sealed class EngineTests
{
    public static TheoryData<string> Engines => ["docker", "bubblewrap"];

    [Theory, MemberData(nameof(Engines))]
    public async Task Can_talk_to_a_command_and_see_its_exit_code(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        Assert.True((await engine.PingAsync(Lab.Cancel)).Ready);
        await using var sandbox = await engine.StartAsync(Lab.Shell("read word; echo \"out $word $X\"; echo err >&2; exit 41") with
        {
            Environment = new Dictionary<string, string> { ["X"] = "a b\n$HOME" },
        }, Lab.Cancel);
        await sandbox.Input.WriteAsync("hello\n"u8.ToArray(), Lab.Cancel);

        Assert.Equal("out hello a b\n$HOME\n", await Lab.ReadAsync(sandbox.Output));
        Assert.Equal("err\n", await Lab.ReadAsync(sandbox.Error));
        Assert.Equal(new SandboxExit(41, SandboxEnd.Exited), await sandbox.WaitAsync(Lab.Cancel));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_is_in_its_environment_stands_on_no_command_line_of_the_host(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        var marked = $"marked-{Guid.NewGuid():N}";
        await using var sandbox = await engine.StartAsync(Lab.Shell("printf %s \"$MARKED\"; read word") with
        {
            Environment = new Dictionary<string, string> { ["MARKED"] = marked },
        }, Lab.Cancel);
        var said = new byte[marked.Length];
        await sandbox.Output.ReadExactlyAsync(said, Lab.Cancel);
        Assert.Equal(marked, Encoding.UTF8.GetString(said));

        var lines = CommandLines().ToList();
        Assert.Contains(lines, line => line.Contains("read word", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(marked, StringComparison.Ordinal));
    }

    // Processes end while one looks.
    private static IEnumerable<string> CommandLines()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            string? line = null;
            try
            {
                line = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (IOException)
            {
            }

            if (line is not null)
                yield return line;
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Can_feed_a_file_to_a_command_up_to_its_end(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        await using var sandbox = await engine.StartAsync(Lab.Spec("wc", "-c"), Lab.Cancel);
        await sandbox.Input.WriteAsync(new byte[3_000_000], Lab.Cancel);
        await sandbox.Input.DisposeAsync();

        Assert.Equal("3000000\n", await Lab.ReadAsync(sandbox.Output));
        Assert.Equal(0, (await sandbox.WaitAsync(Lab.Cancel)).ExitCode);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Can_stream_100_megabytes_in_little_memory(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        await using var sandbox = await engine.StartAsync(Lab.Spec("head", "-c", "104857600", "/dev/zero"), Lab.Cancel);
        var (buffer, total, before) = (new byte[64 * 1024], 0L, GC.GetTotalMemory(forceFullCollection: true));
        for (int count; (count = await sandbox.Output.ReadAsync(buffer, Lab.Cancel)) > 0;)
            total += count;

        Assert.Equal(104_857_600, total);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 << 20);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Holds_a_command_up_whose_output_nobody_reads(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        var folder = Lab.SharedFolder();
        await using var sandbox = await engine.StartAsync(
            Lab.Shell("head -c 50000000 /dev/zero; echo done > /workspace/done") with { Mounts = [new SandboxMount(folder, "/workspace", Writable: true)] },
            Lab.Cancel);
        await sandbox.Output.ReadExactlyAsync(new byte[1000], Lab.Cancel);

        await sandbox.KillAsync();
        Assert.Equal(new SandboxExit(137, SandboxEnd.Killed), await sandbox.WaitAsync(Lab.Cancel));
        Assert.False(File.Exists(Path.Combine(folder, "done")));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Can_be_killed_with_everything_it_started(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        var mark = $"31{Random.Shared.Next(100_000, 999_999)}";
        await using var sandbox = await engine.StartAsync(
            Lab.Shell($"trap '' TERM INT HUP; setsid sleep {mark} & sleep {mark} & echo up; wait"), Lab.Cancel);
        await sandbox.Output.ReadExactlyAsync(new byte[3], Lab.Cancel);
        await Lab.UntilRunningAsync(mark);

        await sandbox.KillAsync();

        await Lab.UntilGoneAsync(mark);
        Assert.Equal(SandboxEnd.Killed, (await sandbox.WaitAsync(Lab.Cancel)).Cause);
        await sandbox.KillAsync();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Ends_a_command_that_takes_more_memory_than_it_may(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        var spec = Lab.Spec("python3", "-c", "b = b'x' * (200 << 20)");
        await using var sandbox = await engine.StartAsync(spec with { Profile = spec.Profile with { MemoryBytes = 64L << 20 } }, Lab.Cancel);

        Assert.Equal(new SandboxExit(137, SandboxEnd.OutOfMemory), await sandbox.WaitAsync(Lab.Cancel));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Keeps_processes_files_and_descriptors_within_the_profile(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        var spec = Lab.Shell("ulimit -n; ulimit -c; ulimit -f; i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done");
        await using var sandbox = await engine.StartAsync(
            spec with { Profile = spec.Profile with { Pids = 16, OpenFiles = 200, FileBytes = 1 << 20 } }, Lab.Cancel);

        Assert.StartsWith("200\n0\n2048\n", await Lab.ReadAsync(sandbox.Output), StringComparison.Ordinal);
        Assert.Contains("fork", await Lab.ReadAsync(sandbox.Error), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Shows_the_sandbox_neither_environment_nor_network_nor_other_users(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        await using var sandbox = await engine.StartAsync(Lab.Shell(
            "id -u; cat /sys/class/net/*/address 2>/dev/null | sort -u | head -2; grep -c . /proc/net/dev; tr '\\0' '\\n' </proc/1/environ | grep -vE '^(PATH|HOSTNAME|HOME|PWD)=' ; "
            + "touch /x /etc/x /dev/x 2>/dev/null && echo written; grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status | tr -d '\\t\\n'; "
            + "for f in /tmp /home/agent /dev/shm; do cp /bin/true $f/t && $f/t 2>/dev/null && echo ran; done"), Lab.Cancel);

        var output = await Lab.ReadAsync(sandbox.Output);
        Assert.StartsWith("10001\n", output, StringComparison.Ordinal);
        Assert.EndsWith("\n3\nCapEff:0000000000000000CapBnd:0000000000000000NoNewPrivs:1Seccomp:2", output, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Cannot_be_given_a_folder_below_one_that_a_sandbox_writes(string name)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;
        var folder = Lab.SharedFolder();
        Directory.CreateSymbolicLink(Path.Combine(folder, "inner"), "/etc");
        var spec = Lab.Spec("true") with
        {
            Mounts = [new SandboxMount(folder, "/workspace", Writable: true), new SandboxMount(Path.Combine(folder, "inner"), "/config")],
        };

        var fault = await Assert.ThrowsAsync<SandboxException>(() => engine.StartAsync(spec, Lab.Cancel));
        Assert.Equal("start_failed", fault.Code);
        Assert.DoesNotContain(folder, fault.Message, StringComparison.Ordinal);
    }
}
