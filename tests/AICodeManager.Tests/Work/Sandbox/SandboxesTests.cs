using System.Text;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Tests.Work.Sandbox;

public sealed class SandboxesTests
{
    public static TheoryData<string> Engines => EngineTests.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Can_run_a_short_job_with_input_and_output(string name)
    {
        var (sandboxes, engine) = Open(name);
        using var _ = engine as IDisposable;
        using var input = new MemoryStream(Encoding.UTF8.GetBytes("b\na\n"));

        var run = await sandboxes.RunAsync(Lab.Shell("sort; echo oops >&2; exit 3"), input, 1000, TimeSpan.FromSeconds(30), Lab.Cancel);

        Assert.Equal(("a\nb\n", "oops\n", 3), (Encoding.UTF8.GetString(run.Output), run.Error, run.Exit.ExitCode));
        Assert.False(run.Truncated || run.TimedOut || run.Succeeded);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Keeps_no_more_output_of_a_job_than_asked_for(string name)
    {
        var (sandboxes, engine) = Open(name);
        using var _ = engine as IDisposable;

        var run = await sandboxes.RunAsync(
            Lab.Shell("head -c 5000000 /dev/zero; head -c 200000 /dev/zero >&2"), null, 1000, TimeSpan.FromSeconds(30), Lab.Cancel);

        Assert.Equal((1000, 64 * 1024, true, false), (run.Output.Length, run.Error.Length, run.Truncated, run.Succeeded));
        Assert.Equal(new SandboxExit(0, SandboxEnd.Exited), run.Exit);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Ends_a_job_whose_time_is_up(string name)
    {
        var (sandboxes, engine) = Open(name);
        using var _ = engine as IDisposable;

        var run = await sandboxes.RunAsync(Lab.Shell("echo early; sleep 600"), null, 1000, TimeSpan.FromSeconds(1), Lab.Cancel);

        Assert.Equal((true, SandboxEnd.Killed, "early\n"), (run.TimedOut, run.Exit.Cause, Encoding.UTF8.GetString(run.Output)));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Ends_a_sandbox_that_fills_its_folder(string name)
    {
        var (sandboxes, engine) = Open(name);
        using var _ = engine as IDisposable;

        Assert.Equal(SandboxEnd.FolderFull, await FillAsync(sandboxes, "head -c 20000000 /dev/zero > f; sync f; sleep 600"));
        Assert.Equal(SandboxEnd.FolderFull, await FillAsync(sandboxes, "i=0; while [ $i -lt 150 ]; do mkdir d$i; i=$((i+1)); done; sleep 600"));
        // Quicker than any look: found at the end.
        Assert.Equal(SandboxEnd.FolderFull, await FillAsync(sandboxes, "head -c 20000000 /dev/zero > f; sync f"));
        Assert.Equal(SandboxEnd.Exited, await FillAsync(sandboxes, "head -c 200000 /dev/zero > f; sync f"));
    }

    [Fact]
    public async Task Cannot_start_where_the_disk_is_nearly_full()
    {
        var engine = Lab.Engine("bubblewrap");
        using var _ = engine as IDisposable;
        var sandboxes = new Sandboxes([engine], OpenGate(), new MeterOptions { MinFreeBytes = long.MaxValue }, TimeProvider.System);
        var spec = Lab.Spec("true") with { Mounts = [new SandboxMount(Lab.SharedFolder(), "/workspace", Writable: true)] };

        Assert.Equal("disk_full", (await Assert.ThrowsAsync<SandboxException>(() => sandboxes.StartAsync(spec, Lab.Cancel))).Code);
    }

    [Fact]
    public async Task Cannot_start_until_the_probes_have_opened_the_gate()
    {
        var engine = Lab.Engine("bubblewrap");
        using var _ = engine as IDisposable;
        var gate = new SandboxGate();
        var sandboxes = new Sandboxes([engine], gate, new MeterOptions(), TimeProvider.System);

        Assert.Equal("probe_failed", (await Assert.ThrowsAsync<SandboxException>(() => sandboxes.StartAsync(Lab.Spec("true"), Lab.Cancel))).Code);
        await (await sandboxes.StartAsync(Lab.Spec("true"), Lab.Cancel, bypassGate: true)).DisposeAsync();
        gate.Open();
        await (await sandboxes.StartAsync(Lab.Spec("true"), Lab.Cancel)).DisposeAsync();
        gate.Close("it can mount");
        var closed = await Assert.ThrowsAsync<SandboxException>(() => sandboxes.StartAsync(Lab.Spec("true"), Lab.Cancel));
        Assert.Contains("it can mount", closed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_first_engine_that_is_ready_and_says_what_each_lacks()
    {
        Assert.NotEmpty(Lab.Needed("AICLI_TEST_IMAGE", "an image"));
        using var away = Lab.Docker("/nowhere/docker.sock");
        var engine = Lab.Engine("bubblewrap");
        using var _ = engine as IDisposable;

        Assert.Same(engine, await new Sandboxes([away, engine], new SandboxGate(), new MeterOptions(), TimeProvider.System).EngineAsync(Lab.Cancel));
        var none = await Assert.ThrowsAsync<SandboxException>(
            () => new Sandboxes([away], new SandboxGate(), new MeterOptions(), TimeProvider.System).EngineAsync(Lab.Cancel));
        Assert.Equal("engine_unavailable", none.Code);
        Assert.Contains("docker: The Docker engine cannot be reached", none.Message, StringComparison.Ordinal);
    }

    private static async Task<SandboxEnd> FillAsync(Sandboxes sandboxes, string script)
    {
        var mount = new SandboxMount(Lab.SharedFolder(), "/workspace", Writable: true, new FolderBound(4 << 20, 100));
        await using var sandbox = await sandboxes.StartAsync(
            Lab.Shell(script) with { WorkingFolder = "/workspace", Mounts = [mount] }, Lab.Cancel);
        return (await sandbox.WaitAsync(Lab.Cancel)).Cause;
    }

    private static (Sandboxes Sandboxes, ISandboxEngine Engine) Open(string name)
    {
        var engine = Lab.Engine(name);
        var meter = new MeterOptions { Interval = TimeSpan.FromMilliseconds(50) };
        return (new Sandboxes([engine], OpenGate(), meter, TimeProvider.System), engine);
    }

    private static SandboxGate OpenGate()
    {
        var gate = new SandboxGate();
        gate.Open();
        return gate;
    }
}
