using System.Net;
using System.Net.Sockets;
using AICodeManager.ScriptedModel;

namespace AICodeManager.Tests.Work.ModelGateway;

public sealed class UpstreamFaultTests
{
    [Theory]
    [InlineData(401, 401, "upstream_unauthorized", "false")]
    [InlineData(403, 403, "upstream_unauthorized", "false")]
    [InlineData(402, 402, "upstream_error", "false")]
    [InlineData(429, 429, "upstream_rate_limited", "false")]
    [InlineData(500, 500, "upstream_error", null)]
    [InlineData(503, 503, "upstream_overloaded", null)]
    [InlineData(529, 529, "upstream_overloaded", null)]
    [InlineData(302, 502, "upstream_error", null)]
    [InlineData(418, 502, "upstream_error", null)]
    [InlineData(400, 400, "request_refused", null)]
    public async Task Each_status_of_the_upstream_becomes_a_fault(int status, int told, string kind, string? retry)
    {
        var answer = new ScriptAnswer(Error: new ScriptError(status, "x", "because", new Dictionary<string, string> { ["x-should-retry"] = "true", ["location"] = "http://127.0.0.1:1/" }));
        await using var rig = await GatewayRig.StartAsync(answer);

        using var response = await rig.SendAsync(GatewayRig.Call());

        Assert.Equal(told, (int)response.StatusCode);
        Assert.Equal((kind, (int?)status), (rig.Door.LastFault!.Kind, rig.Door.LastFault.Status));
        Assert.Equal(retry, response.Headers.TryGetValues("x-should-retry", out var values) ? values.Single() : null);
        Assert.Single(rig.Scripted.Requests);
    }

    [Theory]
    [InlineData("5", "5", null)]
    [InlineData("31", null, "false")]
    [InlineData("Wed, 21 Oct 2099 07:28:00 GMT", null, "false")]
    public async Task Only_a_short_pause_of_a_rate_limit_is_passed_on(string given, string? passed, string? retry)
    {
        await using var rig = await GatewayRig.StartAsync(
            new ScriptAnswer(Error: new ScriptError(429, "rate_limit_error", "slow", new Dictionary<string, string> { ["retry-after"] = given })));

        using var response = await rig.SendAsync(GatewayRig.Call());

        Assert.Equal(passed, response.Headers.RetryAfter?.ToString());
        Assert.Equal(retry, response.Headers.TryGetValues("x-should-retry", out var values) ? values.Single() : null);
    }

    [Theory]
    [InlineData(ScriptFault.Hang, 504, "upstream_timeout")]
    [InlineData(ScriptFault.Reset, 502, "upstream_unreachable")]
    [InlineData(ScriptFault.Stall, 200, "upstream_timeout")]
    [InlineData(ScriptFault.ResetMidStream, 200, "upstream_error")]
    [InlineData(ScriptFault.EndEarly, 200, "upstream_error")]
    [InlineData(ScriptFault.Garbage, 502, "upstream_error")]
    public async Task A_stream_that_goes_wrong_ends_with_an_error_the_cli_understands(ScriptFault fault, int status, string kind)
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi") with { Fault = fault, FaultHold = "seen" }, with: options => fault switch
        {
            ScriptFault.Hang => options with { FirstByteTimeout = TimeSpan.FromMilliseconds(200) },
            ScriptFault.Stall => options with { IdleTimeout = TimeSpan.FromSeconds(1) },
            _ => options,
        });

        var (told, everything) = await rig.ReadAsync(GatewayRig.Call(), "content_block_stop", release: "seen");

        Assert.Equal((status, kind), (told, rig.Door.LastFault?.Kind));
        Assert.Equal(status == 200, everything.Contains("event: error\ndata: {\"type\":\"error\"", StringComparison.Ordinal));
        Assert.Single(rig.Ledger.Settled);
    }

    [Theory]
    [InlineData(ScriptFault.Reset, "upstream_unreachable")]
    [InlineData(ScriptFault.Garbage, "upstream_error")]
    public async Task An_answer_that_is_not_streamed_goes_wrong_alike(ScriptFault fault, string kind)
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi") with { Fault = fault });

        var (status, _) = await rig.ReadAsync(GatewayRig.Call(stream: false));

        Assert.Equal((502, kind), (status, rig.Door.LastFault?.Kind));
    }

    [Fact]
    public async Task A_stream_that_never_ends_is_ended()
    {
        var drip = new ScriptAnswer([new(Text: new string('x', 100_000))], ChunkDelayMs: 20);
        await using var rig = await GatewayRig.StartAsync(drip, with: o => o with { CallTimeout = TimeSpan.FromMilliseconds(300) });

        var (_, everything) = await rig.ReadAsync(GatewayRig.Call());

        Assert.Contains("timeout_error", everything, StringComparison.Ordinal);
        Assert.Equal("upstream_timeout", rig.Door.LastFault?.Kind);
    }

    [Fact]
    public async Task An_upstream_that_is_not_there_is_unreachable()
    {
        await using var rig = await GatewayRig.StartAsync(new Uri($"http://127.0.0.1:{FreePort()}"));

        var (status, _) = await rig.ReadAsync(GatewayRig.Call());

        Assert.Equal((502, "upstream_unreachable"), (status, rig.Door.LastFault?.Kind));
        Assert.Equal(0, rig.Ledger.Settled.Single().Cost);
    }

    [Fact]
    public async Task An_upstream_without_trusted_tls_is_unreachable()
    {
        await using var plain = await ScriptedModelServer.StartAsync(ModelScript.Always(ScriptAnswer.Says("hi")), TestContext.Current.CancellationToken);
        await using var rig = await GatewayRig.StartAsync(new UriBuilder(plain.BaseAddress) { Scheme = "https" }.Uri);

        var (status, everything) = await rig.ReadAsync(GatewayRig.Call());

        Assert.Equal((502, "upstream_unreachable"), (status, rig.Door.LastFault?.Kind));
        Assert.Contains("TLS", everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_success_clears_the_last_fault()
    {
        var script = new ModelScript([new(new ScriptAnswer(Error: new ScriptError(529)), Times: 1), new(ScriptAnswer.Says("hi"))]);
        await using var rig = await GatewayRig.StartAsync(script);

        await rig.ReadAsync(GatewayRig.Call());
        Assert.Equal("upstream_overloaded", rig.Door.LastFault?.Kind);
        await rig.ReadAsync(GatewayRig.Call());

        Assert.Null(rig.Door.LastFault);
    }

    [Fact]
    public async Task The_text_of_a_refused_prompt_reaches_the_cli_which_acts_on_it()
    {
        await using var rig = await GatewayRig.StartAsync(
            new ScriptAnswer(Error: new ScriptError(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum")));

        Assert.Contains("prompt is too long: 210000 tokens", (await rig.ReadAsync(GatewayRig.Call())).Everything, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
