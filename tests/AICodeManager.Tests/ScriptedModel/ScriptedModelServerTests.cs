using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;

namespace AICodeManager.Tests.ScriptedModel;

public sealed class ScriptedModelServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_the_events_of_the_messages_api()
    {
        await using var model = await ScriptedModelServer.StartAsync(ModelScript.Always(ScriptAnswer.Says("hello", new ScriptUsage(3, 4))), Cancel);

        using var answer = await SendAsync(model, Call(stream: true));
        var events = (await answer.Content.ReadAsStringAsync(Cancel)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            ["message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop", "message_delta", "message_stop"],
            events.Select(e => e.Split('\n')[0]["event: ".Length..]));
        Assert.All(events, e => Assert.Equal(e.Split('\n')[0]["event: ".Length..], JsonNode.Parse(e.Split('\n')[1]["data: ".Length..])!["type"]!.GetValue<string>()));
        Assert.Contains("\"output_tokens\":4", events[5], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_whole_and_counts_tokens()
    {
        await using var model = await ScriptedModelServer.StartAsync(ModelScript.Always(ScriptAnswer.Says("hello", new ScriptUsage(3, 4))), Cancel);

        using var answer = await SendAsync(model, Call());
        using var count = await SendAsync(model, Call(), "/v1/messages/count_tokens");
        var message = await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel);

        Assert.Equal("hello", message!["content"]![0]!["text"]!.GetValue<string>());
        Assert.Equal("end_turn", message["stop_reason"]!.GetValue<string>());
        Assert.True((await count.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["input_tokens"]!.GetValue<int>() > 0);
    }

    [Fact]
    public async Task The_demonstration_writes_reads_and_closes()
    {
        await using var model = await ScriptedModelServer.StartAsync(ModelScript.Demo(), Cancel);
        const string result = """{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}""";
        const string failed = """{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"no","is_error":true}]}""";

        Assert.Equal("Write", await ToolAsync(model, ""));
        Assert.Equal("Bash", await ToolAsync(model, "," + result));
        Assert.Null(await ToolAsync(model, "," + result + "," + result));
        Assert.Null(await ToolAsync(model, "," + failed));
        Assert.Equal("Write", await ToolAsync(model, "," + result + """,{"role":"user","content":"once more"}"""));
    }

    [Fact]
    public async Task Cannot_be_called_with_another_key_than_the_script_requires()
    {
        await using var model = await ScriptedModelServer.StartAsync(ModelScript.Always(ScriptAnswer.Says("x")) with { RequireKey = "right" }, Cancel);

        using var answer = await SendAsync(model, Call());

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Rules_answer_in_order_by_condition_and_number_of_uses()
    {
        await using var model = await ScriptedModelServer.StartAsync(
            ModelScript.Parse("""
                { "rules": [
                  { "times": 1, "answer": { "error": { "status": 429, "headers": { "retry-after": "7" } } } },
                  { "when": { "text_contains": "HELLO" }, "answer": { "content": [ { "text": "greeting" } ] } },
                  { "when": { "model": "other" }, "answer": { "content": [ { "text": "never" } ] } } ] }
                """), Cancel);

        using var first = await SendAsync(model, Call());
        using var second = await SendAsync(model, Call("hello"));
        using var third = await SendAsync(model, Call("something"));

        Assert.Equal((429, "7"), ((int)first.StatusCode, first.Headers.RetryAfter?.ToString()));
        Assert.Contains("greeting", await second.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, third.StatusCode);
        Assert.Equal(3, model.Requests.Count);
    }

    [Theory]
    [InlineData("""{ "rules": [ { "anwser": {} } ] }""")]
    [InlineData("""{ }""")]
    [InlineData("""{ "rules": [ { "answer": { "fault": "explode" } } ] }""")]
    public void Cannot_read_a_script_with_a_mistake(string script) => Assert.Throws<JsonException>(() => ModelScript.Parse(script));

    private static string Call(string text = "hello", bool stream = false, string more = "") =>
        $$"""{"model":"m","max_tokens":9,"stream":{{(stream ? "true" : "false")}},"tools":[{"name":"Write"}],"messages":[{"role":"user","content":"{{text}}"}{{more}}]}""";

    private static async Task<string?> ToolAsync(ScriptedModelServer model, string more)
    {
        using var answer = await SendAsync(model, Call(more: more));
        var content = (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["content"]!.AsArray();
        return content.Select(b => b!["name"]?.GetValue<string>()).FirstOrDefault(name => name is not null);
    }

    private static async Task<HttpResponseMessage> SendAsync(ScriptedModelServer model, string body, string path = "/v1/messages")
    {
        using var client = new HttpClient();
        return await client.PostAsync(new Uri(model.BaseAddress, path), new StringContent(body), Cancel);
    }
}
