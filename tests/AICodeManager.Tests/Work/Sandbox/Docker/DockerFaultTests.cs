using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Docker;

namespace AICodeManager.Tests.Work.Sandbox.Docker;

/// <summary>An engine that is away, full, frozen or lost in the middle never hangs a caller and leaves nothing behind.</summary>
public sealed class DockerFaultTests
{
    [Fact]
    public async Task Says_that_the_engine_is_away_when_nobody_listens()
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine();
        await fake.DisposeAsync();

        Assert.Equal("engine_unavailable", (await FaultOfAsync(engine)).Code);
        Assert.False((await engine.PingAsync(Lab.Cancel)).Ready);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("create")]
    [InlineData("attach")]
    [InlineData("wait")]
    [InlineData("start")]
    public async Task Gives_up_in_bounded_time_when_the_engine_freezes(string call)
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine(haste: 25);
        fake.On(call, FakeDocker.FreezeAsync);

        Assert.Equal("engine_unavailable", (await FaultOfAsync(engine)).Code);
        Assert.Equal(call != "version", fake.Calls.Contains("DELETE"));
    }

    [Theory]
    [InlineData("attach")]
    [InlineData("wait")]
    [InlineData("start")]
    public async Task Removes_the_container_when_the_connection_is_lost_in_the_middle(string call)
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine();
        fake.On(call, context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal("engine_unavailable", (await FaultOfAsync(engine)).Code);
        Assert.Contains("DELETE", fake.Calls);
    }

    [Theory]
    [InlineData("create", 500, """{"message":"server misbehaving"}""", "engine_unavailable")]
    [InlineData("create", 503, "<html>", "engine_unavailable")]
    [InlineData("create", 404, """{"message":"No such image: aicli/workspace:x"}""", "image_missing")]
    [InlineData("create", 500, """{"message":"mkdir /var/lib/docker/x: no space left on device"}""", "disk_full")]
    [InlineData("start", 500, """{"message":"OCI runtime create failed: exec"}""", "start_failed")]
    [InlineData("create", 201, """{"Id":"c1","Warnings":["Your kernel does not support pids limit capabilities. Limitation discarded."]}""", "limit_unavailable")]
    public async Task Says_in_one_word_why_the_engine_refused(string call, int status, string body, string code)
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine();
        fake.On(call, status, body);

        var fault = await FaultOfAsync(engine);
        Assert.Equal(code, fault.Code);
        Assert.DoesNotContain("/var/lib", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Removes_the_container_when_the_caller_gives_up_while_it_starts()
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine();
        using var giveUp = new CancellationTokenSource();
        fake.On("start", async context =>
        {
            await giveUp.CancelAsync();
            await FakeDocker.FreezeAsync(context);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.StartAsync(Lab.Spec("true"), giveUp.Token));
        Assert.Contains("DELETE", fake.Calls);
    }

    [Fact]
    public async Task Knows_a_running_sandbox_for_lost_when_its_engine_goes_away()
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine(haste: 25);
        await using var sandbox = await engine.StartAsync(Lab.Spec("true"), Lab.Cancel);

        await fake.DisposeAsync();

        Assert.Equal(SandboxEnd.EngineLost, (await sandbox.WaitAsync(Lab.Cancel)).Cause);
        Assert.Equal("", await Lab.ReadAsync(sandbox.Output));
    }

    [Fact]
    public async Task Knows_a_running_sandbox_for_lost_when_its_engine_freezes()
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine(haste: 25);
        await using var sandbox = await engine.StartAsync(Lab.Spec("true"), Lab.Cancel);
        fake.On("version", FakeDocker.FreezeAsync);
        fake.On("json", FakeDocker.FreezeAsync);
        fake.On("kill", FakeDocker.FreezeAsync);
        fake.On("DELETE", FakeDocker.FreezeAsync);

        Assert.Equal("engine_unavailable", (await Assert.ThrowsAsync<SandboxException>(sandbox.KillAsync)).Code);
        Assert.Equal(SandboxEnd.EngineLost, (await sandbox.WaitAsync(Lab.Cancel)).Cause);
    }

    [Theory]
    [InlineData("1.12", "1.41", "1.41")]
    [InlineData("1.24", "1.43", "1.43")]
    [InlineData("1.44", "1.52", "1.47")]
    public async Task Speaks_the_newest_version_that_both_sides_know(string least, string most, string spoken)
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine();
        fake.On("version", 200, $$"""{"ApiVersion":"{{most}}","MinAPIVersion":"{{least}}","Version":"fake"}""");
        fake.On("info", 200, """{"MemoryLimit":true,"PidsLimit":true,"CpuCfsQuota":true,"SecurityOptions":["name=seccomp"]}""");

        var status = await engine.PingAsync(Lab.Cancel);
        Assert.Equal((true, $"Docker fake, API {spoken}"), (status.Ready, status.Detail));
    }

    [Theory]
    [InlineData("1.48", "1.52")]
    [InlineData("1.12", "1.40")]
    [InlineData("", "")]
    public async Task Cannot_speak_with_an_engine_that_shares_no_version(string least, string most)
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine();
        fake.On("version", 200, $$"""{"ApiVersion":"{{most}}","MinAPIVersion":"{{least}}"}""");

        Assert.Contains("accepted are 1.41 to 1.47", (await engine.PingAsync(Lab.Cancel)).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MemoryLimit")]
    [InlineData("PidsLimit")]
    [InlineData("seccomp")]
    public async Task Cannot_be_ready_when_the_engine_cannot_keep_a_limit(string missing)
    {
        await using var fake = await FakeDocker.StartAsync();
        using var engine = fake.Engine();
        fake.On("info", 200, """{"MemoryLimit":true,"PidsLimit":true,"CpuCfsQuota":true,"SecurityOptions":["name=seccomp"]}""".Replace(missing, "x", StringComparison.Ordinal));

        var status = await engine.PingAsync(Lab.Cancel);
        Assert.False(status.Ready);
        Assert.Contains("cannot limit", status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "/var/run/docker.sock")]
    [InlineData("unix:///run/x.sock", "/run/x.sock")]
    public void Can_be_told_where_the_socket_is(string? dockerHost, string path) => Assert.Equal(path, DockerSettings.SocketOf(dockerHost));

    [Fact]
    public void Cannot_be_led_to_an_engine_over_the_network() => Assert.Throws<FormatException>(() => DockerSettings.SocketOf("tcp://10.0.0.1:2375"));

    private static Task<SandboxException> FaultOfAsync(DockerEngine engine) =>
        Assert.ThrowsAsync<SandboxException>(() => engine.StartAsync(Lab.Spec("true"), Lab.Cancel));
}
