using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Tests.Work.ModelGateway;

public sealed class RequestScreenTests
{
    private static (JsonNode? Sent, GatewayRefusal? Refusal) Screen(string body, bool serverTools = false) => Screen(Encoding.UTF8.GetBytes(body), serverTools);

    private static (JsonNode? Sent, GatewayRefusal? Refusal) Screen(byte[] body, bool serverTools = false)
    {
        var screen = new RequestScreen(new PriceList(GatewayRig.Prices), serverTools);
        var request = screen.Read(body, counting: false, out var refusal);
        return (request is null ? null : JsonNode.Parse(request.Body(request.MaxTokens)), refusal);
    }

    private static string Call(string more) => $$"""{"model":"claude-test","max_tokens":100,"messages":[{"role":"user","content":"hi"}]{{more}}}""";

    private static string Content(string blocks) => $$"""{"model":"claude-test","max_tokens":100,"messages":[{"role":"user","content":{{blocks}}}]}""";

    [Fact]
    public void Passes_what_the_cli_sends()
    {
        var body = Call("""
            ,"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],"stream":true,"thinking":{"type":"adaptive"},
            "metadata":{"user_id":"u"},"output_config":{"effort":"high"},"tools":[{"name":"Bash","input_schema":{"type":"object"}}],
            "context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},"tool_choice":{"type":"auto"}
            """);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body), Screen(body).Sent));
    }

    [Theory]
    [InlineData("""[{"type":"web_search_20250305","name":"web_search"}]""")]
    [InlineData("""[{"type":"web_fetch_20250910","name":"web_fetch"}]""")]
    [InlineData("""[{"type":"code_execution_20250825","name":"code_execution"}]""")]
    [InlineData("""[{"type":"mcp_toolset","mcp_server_name":"x"}]""")]
    [InlineData("""[{"type":["custom"],"name":"x"}]""")]
    [InlineData("""["web_search"]""")]
    [InlineData("""[{"type":"tool_nobody_knows_yet","name":"x"}]""")]
    [InlineData("""[{"type":"\u0077eb_search_20250305","name":"web_search"}]""")]
    public void Cannot_pass_a_tool_that_runs_at_the_provider(string tools)
    {
        var sent = Screen(Call($$""","tools":{{tools}},"tool_choice":{"type":"any"}""")).Sent!;

        Assert.Null(sent["tools"]);
        Assert.Null(sent["tool_choice"]);
    }

    [Fact]
    public void Keeps_tools_that_run_in_the_sandbox_and_drops_a_choice_of_a_removed_one()
    {
        var sent = Screen(Call("""
            ,"tools":[{"name":"Own","input_schema":{}},{"type":"custom","name":"C"},{"type":"bash_20250124","name":"bash"},{"type":"web_search_20250305","name":"web_search"}],
            "tool_choice":{"type":"tool","name":"web_search"}
            """)).Sent!;

        Assert.Equal(["Own", "C", "bash"], sent["tools"]!.AsArray().Select(t => t!["name"]!.GetValue<string>()));
        Assert.Null(sent["tool_choice"]);
    }

    [Fact]
    public void Server_tools_pass_where_they_are_allowed()
    {
        const string more = ""","tools":[{"type":"web_search_20250305","name":"web_search"}],"mcp_servers":[{"type":"url","url":"https://x.example"}]""";

        Assert.NotNull(Screen(Call(more), serverTools: true).Sent!["tools"]);
        Assert.NotNull(Screen(Call(more), serverTools: true).Sent!["mcp_servers"]);
        Assert.Null(Screen(Call(more)).Sent!["mcp_servers"]);
    }

    [Theory]
    [InlineData("container", "\"c\"")]
    [InlineData("service_tier", "\"auto\"")]
    [InlineData("speed", "\"fast\"")]
    [InlineData("inference_geo", "\"us\"")]
    [InlineData("Tools", """[{"type":"web_search_20250305","name":"web_search"}]""")]
    [InlineData("a_field_of_next_year", "{}")]
    public void Drops_fields_that_are_not_named(string name, string value) =>
        Assert.Null(Screen(Call($$""","{{name}}":{{value}}""")).Sent![name]);

    [Fact]
    public void Drops_edits_of_the_context_that_are_calls_of_their_own()
    {
        var sent = Screen(Call(""","context_management":{"edits":[{"type":"compact_20260112"},{"type":"clear_tool_uses_20250919"}]}""")).Sent!;

        Assert.Equal("clear_tool_uses_20250919", Assert.Single(sent["context_management"]!["edits"]!.AsArray())!["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""[{"type":"image","source":{"type":"url","url":"http://evil.example/?data"}}]""")]
    [InlineData("""[{"type":"document","source":{"type":"url","url":"http://evil.example"}}]""")]
    [InlineData("""[{"type":"image","source":{"type":"file","file_id":"f"}}]""")]
    [InlineData("""[{"type":"image","source":{"type":"something_new"}}]""")]
    [InlineData("""[{"type":"image","source":{}}]""")]
    [InlineData("""[{"type":"container_upload","file_id":"f"}]""")]
    [InlineData("""[{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"url","url":"http://evil.example"}}]}]""")]
    [InlineData("""[{"type":"document","source":{"type":"content","content":[{"type":"image","source":{"type":"url","url":"http://evil.example"}}]}}]""")]
    [InlineData("""[{"type":"tool_result","content":[{"type":"tool_result","content":[{"type":"image","source":{"type":"url"}}]}]}]""")]
    public void Cannot_make_the_provider_fetch_an_address(string blocks)
    {
        var (sent, refusal) = Screen(Content(blocks));

        Assert.Null(sent);
        Assert.Equal((400, "request_refused"), (refusal!.Status, refusal.Fault!));
    }

    [Theory]
    [InlineData("""[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]""")]
    [InlineData("""[{"type":"tool_use","id":"t","name":"X","input":{"type":"image","source":{"type":"url","url":"http://ok.example"}}}]""")]
    [InlineData("""[{"type":"text","text":"{\"source\":{\"type\":\"url\"}}"}]""")]
    public void Passes_content_that_holds_its_own_data(string blocks) => Assert.NotNull(Screen(Content(blocks)).Sent);

    [Theory]
    [InlineData("""{"model":"claude-test","model":"x","max_tokens":1,"messages":[]}""")]
    [InlineData("""{"model":"claude-test","mo\u0064el":"x","max_tokens":1,"messages":[]}""")]
    [InlineData("""{"model":"claude-test","max_tokens":1,"messages":[{"role":"user","content":"a","content":[{"type":"image","source":{"type":"url"}}]}]}""")]
    [InlineData("""{"model":"claude-test","max_tokens":1,"messages":[],}""")]
    [InlineData("""{"model":"claude-test","max_tokens":1,"messages":[]} {}""")]
    [InlineData("""/**/{"model":"claude-test","max_tokens":1,"messages":[]}""")]
    [InlineData("""{"model":"claude-test","max_tokens":1.5,"messages":[]}""")]
    [InlineData("""{"model":"claude-test","max_tokens":-1,"messages":[]}""")]
    [InlineData("""{"model":"claude-test","max_tokens":"1","messages":[]}""")]
    [InlineData("""{"model":"claude-test","max_tokens":99999999999999999999,"messages":[]}""")]
    [InlineData("""{"model":"claude-test","messages":[]}""")]
    [InlineData("""{"model":["claude-test"],"max_tokens":1,"messages":[]}""")]
    [InlineData("""{"model":"claude-test","max_tokens":1,"messages":[{"role":"user","content":"\ud800"}]}""")]
    [InlineData("""[]""")]
    [InlineData("")]
    public void Cannot_send_json_that_two_parsers_may_read_differently(string body) =>
        Assert.Equal(400, Screen(body).Refusal!.Status);

    [Fact]
    public void Cannot_exhaust_the_parser()
    {
        Assert.Equal(400, Screen(Content(new string('[', 70) + new string(']', 70))).Refusal!.Status);
        Assert.Contains("tokens", Screen(Content("[" + string.Join(',', Enumerable.Repeat("[]", 600_000)) + "]")).Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(400, Screen([.. "{\"model\":\"claude-"u8, 0xC3, 0x28, .. "\"}"u8]).Refusal!.Status);
    }

    [Theory]
    [InlineData("claude-test", true)]
    [InlineData("claude-test-20260101", true)]
    [InlineData("claude-test-2026010", false)]
    [InlineData("claude-test-latest", false)]
    [InlineData("claude-test[1m]", false)]
    [InlineData("Claude-test", false)]
    [InlineData("claude-unknown", false)]
    public void Calls_only_models_with_a_price(string model, bool allowed)
    {
        var (sent, refusal) = Screen(Call("").Replace("claude-test", model, StringComparison.Ordinal));

        Assert.Equal(allowed, sent is not null);
        Assert.Equal(allowed ? null : "403 model_not_allowed", refusal is null ? null : $"{refusal.Status} {refusal.Fault}");
    }

    [Fact]
    public void Filters_the_betas_that_open_a_network() =>
        Assert.Equal(
            "claude-code-20250219,context-1m-2025-08-07",
            ServerTools.Betas(
                ["claude-code-20250219, mcp-client-2025-04-04,code-execution-2025-08-25", "web-fetch-2025-09-10,files-api-2025-04-14,skills-2025-10-02,fast-mode-2026-02-01,context-1m-2025-08-07,B@D"],
                allowServerTools: false));

    [Fact]
    public void A_prompt_is_bounded_by_its_bytes_its_images_and_the_context()
    {
        var screen = new RequestScreen(new PriceList(GatewayRig.Prices), allowServerTools: false);
        long Bound(string body) => screen.Read(Encoding.UTF8.GetBytes(body), false, out _)!.InputBound;
        var image = """[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"DATA"}}]""".Replace("DATA", new string('A', 90_000), StringComparison.Ordinal);

        Assert.True(Bound(Content(JsonSerializer.Serialize(new string('x', 5_000)))) >= 5_000);
        Assert.InRange(Bound(Content(image)), 5_000, 10_000);
        Assert.Equal(100_000, Bound(Content(image.Replace("image", "document", StringComparison.Ordinal))));
        Assert.Equal(100_000, Bound(Content(JsonSerializer.Serialize(new string('x', 500_000)))));
    }
}
