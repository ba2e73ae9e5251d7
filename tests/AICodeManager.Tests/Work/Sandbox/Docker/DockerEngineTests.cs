using System.Text;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Docker;

namespace AICodeManager.Tests.Work.Sandbox.Docker;

public sealed class DockerEngineTests
{
    // Lines of several of the engine's pieces, of exactly one piece, empty ones, bytes that are no text, a cut last line.
    private const string Awkward =
        "import sys; w=sys.stdout.buffer; w.write(b'x'+'€'.encode()*20000+b'\\n'); w.write(b'y'*16384+b'\\n\\n\\n'); "
        + "w.write(b'z'*16383+b'\\n'+b'u'*32768+b'\\n'); w.write(bytes(range(256))*3); w.write(b'\\r\\n\\x00\\nend\\n')";

    [Fact]
    public async Task Can_read_kept_output_again_byte_for_byte_from_any_offset()
    {
        using var engine = Lab.Docker();
        var expected = new List<byte> { (byte)'x' };
        expected.AddRange(Encoding.UTF8.GetBytes(new string('€', 20000) + "\n" + new string('y', 16384) + "\n\n\n" + new string('z', 16383) + "\n" + new string('u', 32768) + "\n"));
        for (var round = 0; round < 3; round++)
            expected.AddRange(Enumerable.Range(0, 256).Select(number => (byte)number));
        expected.AddRange("\r\n\0\nend\n"u8.ToArray());

        var spec = Lab.Spec("python3", "-c", Awkward) with { Durable = true };
        var first = await engine.StartAsync(spec, Lab.Cancel);
        var head = new byte[60_005];
        await first.Output.ReadExactlyAsync(head, Lab.Cancel);
        await first.DetachAsync();

        await using var second = await engine.AttachAsync(spec.Name, head.Length, Lab.Cancel);
        using var tail = new MemoryStream();
        await second!.Output.CopyToAsync(tail, Lab.Cancel);

        Assert.Equal(expected, head.Concat(tail.ToArray()));
        Assert.Equal(new SandboxExit(0, SandboxEnd.Exited), await second.WaitAsync(Lab.Cancel));
    }

    [Fact]
    public async Task Can_write_to_a_durable_sandbox_after_its_first_server_is_gone()
    {
        using var engine = Lab.Docker();
        var spec = Lab.Shell("while read line; do echo got $line; [ $line = stop ] && exit 7; done; echo eof") with { Durable = true };
        var first = await engine.StartAsync(spec, Lab.Cancel);
        await first.Input.WriteAsync("one\n"u8.ToArray(), Lab.Cancel);
        var answer = new byte[8];
        await first.Output.ReadExactlyAsync(answer, Lab.Cancel);
        await first.DetachAsync();

        await using var second = await engine.AttachAsync(spec.Name, 8, Lab.Cancel);
        await second!.Input.WriteAsync("stop\n"u8.ToArray(), Lab.Cancel);

        Assert.Equal("got stop\n", await Lab.ReadAsync(second.Output));
        Assert.Equal(new SandboxExit(7, SandboxEnd.Exited), await second.WaitAsync(Lab.Cancel));
    }

    [Fact]
    public async Task Can_find_only_the_sandboxes_that_carry_all_labels()
    {
        using var engine = Lab.Docker();
        var mark = Guid.NewGuid().ToString();
        var spec = Lab.Spec("sleep", "600") with { Labels = new Dictionary<string, string> { ["task"] = mark, ["kind"] = "x" } };
        await using var sandbox = await engine.StartAsync(spec, Lab.Cancel);

        var found = Assert.Single(await engine.FindAsync(new Dictionary<string, string> { ["task"] = mark }, Lab.Cancel));
        Assert.Equal((spec.Name, true, "x"), (found.Name, found.Running, found.Labels["kind"]));
        Assert.Empty(await engine.FindAsync(new Dictionary<string, string> { ["task"] = mark, ["kind"] = "y" }, Lab.Cancel));

        await engine.RemoveAsync(spec.Name, Lab.Cancel);
        Assert.Empty(await engine.FindAsync(new Dictionary<string, string> { ["task"] = mark }, Lab.Cancel));
    }

    [Fact]
    public async Task Cannot_be_attached_to_when_it_is_gone_or_not_durable()
    {
        using var engine = Lab.Docker();
        await using var passing = await engine.StartAsync(Lab.Spec("sleep", "600"), Lab.Cancel);

        Assert.Null(await engine.AttachAsync("never-was", 0, Lab.Cancel));
        Assert.Null(await engine.AttachAsync(passing.Name, 0, Lab.Cancel));
    }

    [Fact]
    public async Task Cannot_start_from_an_image_that_the_engine_lacks()
    {
        using var engine = new DockerEngine(
            new DockerSettings(DockerSettings.SocketOf(Environment.GetEnvironmentVariable("DOCKER_HOST")), "tests"), new SandboxImage("aicli/absent:none", null), Lab.Seccomp(), TimeProvider.System);
        _ = Lab.Needed("AICLI_TEST_IMAGE", "a Docker engine");

        var fault = await Assert.ThrowsAsync<SandboxException>(() => engine.StartAsync(Lab.Spec("true"), Lab.Cancel));
        Assert.Equal("image_missing", fault.Code);
        Assert.False((await engine.PingAsync(Lab.Cancel)).Ready);
    }

    [Fact]
    public async Task Leaves_nothing_behind_when_the_start_fails()
    {
        using var engine = Lab.Docker();
        var mark = Guid.NewGuid().ToString();
        var spec = Lab.Spec("true") with
        {
            Labels = new Dictionary<string, string> { ["task"] = mark },
            // A file where a folder stands: the runtime fails after the container was made.
            Mounts = [new SandboxMount("/etc/hostname", "/usr")],
        };

        var fault = await Assert.ThrowsAsync<SandboxException>(() => engine.StartAsync(spec, Lab.Cancel));
        Assert.Equal("start_failed", fault.Code);
        Assert.DoesNotContain("/etc/hostname", fault.Message, StringComparison.Ordinal);
        Assert.Empty(await engine.FindAsync(new Dictionary<string, string> { ["task"] = mark }, Lab.Cancel));
    }

    [Fact]
    public async Task Keeps_no_more_than_a_bound_of_what_a_flood_writes()
    {
        using var engine = Lab.Docker(keptMebibytes: 4);
        await using var sandbox = await engine.StartAsync(
            Lab.Shell("while :; do cat /usr/bin/python3*; done") with { Durable = true }, Lab.Cancel);
        await sandbox.Output.CopyToAsync(Stream.Null, Lab.Cancel);

        Assert.Equal(SandboxEnd.OutputFull, (await sandbox.WaitAsync(Lab.Cancel)).Cause);
    }
}
