using AICodeManager.ScriptedModel;
using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Tests.Work.ModelGateway;

public sealed class ApiKeyTests
{
    [Fact]
    public async Task The_upstream_gets_the_real_key_and_never_the_tasks_token()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));
        var request = GatewayRig.Post(GatewayRig.Call().ToJsonString());
        request.Headers.Add("Cookie", "a=b");
        request.Headers.Add("Proxy-Authorization", "Basic eA==");
        request.Headers.Add("X-Forwarded-For", "10.0.0.1");
        request.Headers.Add("Accept-Encoding", "gzip");
        request.Headers.Add("x-app", "cli");
        request.Headers.Add("anthropic-beta", "claude-code-20250219,mcp-client-2025-04-04");

        Assert.Equal(200, (await rig.ReadAsync(request)).Status);

        var seen = rig.Scripted.Requests.Single();
        Assert.Equal(GatewayRig.Key, seen.Headers["x-api-key"].ToString());
        Assert.Equal("claude-code-20250219", seen.Headers["anthropic-beta"].ToString());
        Assert.Equal("cli", seen.Headers["x-app"].ToString());
        Assert.Equal(rig.Scripted.BaseAddress.Authority, seen.Headers["Host"].ToString());
        Assert.Equal(
            ["accept", "anthropic-beta", "anthropic-version", "content-length", "content-type", "host", "user-agent", "x-api-key", "x-app"],
            seen.Headers.Keys.Select(k => k.ToLowerInvariant()).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(GatewayRig.Token, string.Concat(seen.Headers.Values) + seen.Body, StringComparison.Ordinal);
    }

    public static TheoryData<string> Echoes => [.. EchoAnswers.Keys];

    private static readonly Dictionary<string, ScriptAnswer> EchoAnswers = new()
    {
        ["success header"] = ScriptAnswer.Says("hi") with { Headers = new Dictionary<string, string> { ["x-echo"] = GatewayRig.Key, ["request-id"] = $"req-{GatewayRig.Key}", ["set-cookie"] = GatewayRig.Key } },
        ["content"] = ScriptAnswer.Says($"your key is {GatewayRig.Key}, keep it"),
        ["unauthorized"] = new(Error: new ScriptError(401, "authentication_error", $"invalid key {GatewayRig.Key}")),
        ["forbidden"] = new(Error: new ScriptError(403, "permission_error", $"key {GatewayRig.Key} has no access")),
        ["bad request"] = new(Error: new ScriptError(400, "invalid_request_error", $"got {GatewayRig.Key}")),
        ["server error"] = new(Error: new ScriptError(500, Body: $"<pre>{GatewayRig.Key}</pre>", Headers: new Dictionary<string, string> { ["x-debug"] = GatewayRig.Key })),
        ["redirect"] = new(Error: new ScriptError(307, Headers: new Dictionary<string, string> { ["location"] = $"http://127.0.0.1:1/?{GatewayRig.Key}" })),
    };

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task Cannot_see_the_key_in_an_answer_that_echoes_it(string echo)
    {
        await using var rig = await GatewayRig.StartAsync(EchoAnswers[echo]);

        foreach (var stream in new[] { true, false })
        {
            var (_, everything) = await rig.ReadAsync(GatewayRig.Call(stream: stream));
            Assert.DoesNotContain(GatewayRig.Key, everything, StringComparison.Ordinal);
            Assert.DoesNotContain(GatewayRig.Key, rig.Door.LastFault?.ToString() ?? "", StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(26)]
    [InlineData(1000)]
    public void A_key_split_between_chunks_is_masked_and_everything_else_stays(int size)
    {
        const string text = "sk-ant-sk-ant-REAL-KEY-0123456789 and sk-ant-REAL-KEY-012345678";
        var mask = new KeyMask(new(GatewayRig.Key));
        var passed = text.Chunk(size).Select(part => System.Text.Encoding.UTF8.GetBytes(part)).SelectMany(part => mask.Pass(part).ToArray()).ToList();
        passed.AddRange(mask.Rest().ToArray());

        Assert.Equal("sk-ant-" + new string('*', 26) + " and sk-ant-REAL-KEY-012345678", System.Text.Encoding.UTF8.GetString([.. passed]));
    }

    [Fact]
    public async Task Without_a_key_the_default_upstream_is_not_configured()
    {
        using var bare = new GatewayHost(new GatewayOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<GatewayHost>.Instance);
        await using var rig = await GatewayRig.StartAsync(ModelScript.Always(ScriptAnswer.Says("hi")), with: o => o with { ApiKey = null });

        Assert.Equal("model_not_configured", bare.NotConfigured?.Kind);
        Assert.Null(rig.Host.NotConfigured);
        Assert.Equal(200, (await rig.ReadAsync(GatewayRig.Call())).Status);
    }

    [Fact]
    public void A_key_cannot_be_sent_in_clear_text_to_another_machine()
    {
        var options = new GatewayOptions { ApiKey = new(GatewayRig.Key), Upstream = new Uri("http://models.example") };

        Assert.Contains(options.Faults(), f => f.Contains("clear text", StringComparison.Ordinal));
        Assert.Empty((options with { Upstream = new Uri("https://models.example/anthropic/") }).Faults());
    }
}
