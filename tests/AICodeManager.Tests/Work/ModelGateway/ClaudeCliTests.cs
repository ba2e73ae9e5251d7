using System.Diagnostics;
using AICodeManager.ScriptedModel;
using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Tests.Work.ModelGateway;

/// <summary>The contract with the real CLI, whose protocol is undocumented. <c>AICLI_TEST_CLAUDE</c> names its binary.</summary>
public sealed class ClaudeCliTests
{
    private static readonly string? Binary = Environment.GetEnvironmentVariable("AICLI_TEST_CLAUDE");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static GatewayOptions RealPrices(GatewayOptions options) => options with { Prices = KnownPrices.Table };

    [Fact]
    public async Task Can_play_the_demonstration_through_the_socket()
    {
        Assert.SkipUnless(File.Exists(Binary), "AICLI_TEST_CLAUDE does not name the CLI's binary.");
        await using var rig = await GatewayRig.StartAsync(ModelScript.Demo() with { RequireKey = GatewayRig.Key }, new TestLedger(10_000_000), RealPrices);

        var (exit, output, hello) = await RunAsync(rig);

        Assert.True(exit == 0, output);
        Assert.Equal("Hello from AICode Manager.\n", hello);
        Assert.Equal(3, rig.Ledger.Settled.Count(s => s.Outcome == "success"));
        Assert.DoesNotContain(GatewayRig.Key, output, StringComparison.Ordinal);
        Assert.All(rig.Scripted.Requests, r => Assert.DoesNotContain(GatewayRig.Token, r.Body + string.Concat(r.Headers.Values), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ends_at_once_when_the_budget_is_exhausted()
    {
        Assert.SkipUnless(File.Exists(Binary), "AICLI_TEST_CLAUDE does not name the CLI's binary.");
        await using var rig = await GatewayRig.StartAsync(ModelScript.Demo(), new TestLedger(10), RealPrices);

        var (exit, output, _) = await RunAsync(rig);

        Assert.Equal(1, exit);
        Assert.Contains("\"api_error_status\":402", output, StringComparison.Ordinal);
        Assert.DoesNotContain("api_retry", output, StringComparison.Ordinal);
        Assert.Equal("budget_exhausted", rig.Door.LastFault?.Kind);
    }

    /// <summary>After a stall the CLI asks once for a whole answer; after that times out too it must not repeat.</summary>
    [Theory]
    [InlineData(ScriptFault.Stall, "upstream_timeout")]
    [InlineData(ScriptFault.Garbage, "upstream_error")]
    public async Task Ends_when_the_upstream_misbehaves(ScriptFault fault, string kind)
    {
        Assert.SkipUnless(File.Exists(Binary), "AICLI_TEST_CLAUDE does not name the CLI's binary.");
        await using var rig = await GatewayRig.StartAsync(
            ScriptAnswer.Says("hi") with { Fault = fault }, null, o => RealPrices(o) with { IdleTimeout = TimeSpan.FromSeconds(1), WholeAnswerTimeout = TimeSpan.FromSeconds(1) });

        var (_, output, _) = await RunAsync(rig);

        Assert.True(output.Contains("\"is_error\":true", StringComparison.Ordinal), output);
        Assert.Equal(kind, rig.Door.LastFault?.Kind);
        Assert.Equal(0, rig.Ledger.Open);
        Assert.InRange(rig.Ledger.Settled.Count, 1, 3);
    }

    private static async Task<(int Exit, string Output, string? Hello)> RunAsync(GatewayRig rig)
    {
        var home = Directory.CreateTempSubdirectory("cli").FullName;
        try
        {
            var work = Directory.CreateDirectory(Path.Combine(home, "work")).FullName;
            var start = new ProcessStartInfo(Binary!, Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = work };
            start.Environment.Clear();
            foreach (var (name, value) in Variables(rig, home))
                start.Environment[name] = value;
            using var process = Process.Start(start)!;
            await process.StandardInput.WriteLineAsync("""{"type":"user","message":{"role":"user","content":"Say hello in a file."}}""");
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            var hello = Path.Combine(work, "hello.txt");
            return (process.ExitCode, output, File.Exists(hello) ? await File.ReadAllTextAsync(hello, Cancel) : null);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static string[] Arguments =>
    [
        "-p", "--verbose", "--output-format", "stream-json", "--input-format", "stream-json", "--include-partial-messages",
        "--permission-mode", "acceptEdits", "--setting-sources=user", "--strict-mcp-config", "--disallowedTools", "WebSearch,WebFetch",
        $"--session-id={Guid.NewGuid()}",
    ];

    private static Dictionary<string, string> Variables(GatewayRig rig, string home) => new()
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = home,
        ["CLAUDE_CONFIG_DIR"] = Path.Combine(home, "config"),
        ["ANTHROPIC_UNIX_SOCKET"] = Path.Combine(rig.Folder, "model.sock"),
        ["ANTHROPIC_BASE_URL"] = "http://gateway.invalid",
        ["ANTHROPIC_AUTH_TOKEN"] = GatewayRig.Token,
        ["CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST"] = "1",
        ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
        ["CLAUDE_CODE_MAX_RETRIES"] = "2",
        ["DISABLE_AUTOUPDATER"] = "1",
    };
}
