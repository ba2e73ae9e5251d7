using System.Text.Json.Nodes;

namespace AICodeManager.ScriptedModel;

/// <summary>Writes one answer, streamed or whole, with the fault the script asks for.</summary>
internal sealed class AnswerWriter(HttpContext http, Conversation talk, ScriptAnswer answer, ScriptUsage usage, Gates gates)
{
    private readonly string id = $"msg_{Guid.NewGuid():N}";
    private readonly List<string> toolIds = [.. answer.Blocks.Select(_ => $"toolu_{Guid.NewGuid():N}")];

    public async Task WriteAsync(CancellationToken cancel)
    {
        http.Response.Headers["request-id"] = $"req_{Guid.NewGuid():N}";
        foreach (var (name, value) in answer.Headers ?? new Dictionary<string, string>())
            http.Response.Headers[name] = value;

        if (answer.Fault == ScriptFault.Garbage)
        {
            http.Response.ContentType = talk.Stream ? "text/event-stream" : "application/json";
            await http.Response.WriteAsync("\u0001<html>not a model</html>\n\n{{{", cancel);
        }
        else if (talk.Stream)
        {
            await StreamAsync(cancel);
        }
        else
        {
            foreach (var block in answer.Blocks)
                await gates.PassAsync(block.Hold, cancel);
            var content = new JsonArray([.. answer.Blocks.Select((b, i) => (JsonNode)MessageEvents.Whole(b, toolIds[i]))]);
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(
                MessageEvents.Message(id, talk.Model, content, answer.Reason, MessageEvents.Usage(usage, usage.OutputTokens)).ToJsonString(), cancel);
        }
    }

    private async Task StreamAsync(CancellationToken cancel)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        await SendAsync(new() { ["type"] = "message_start", ["message"] = MessageEvents.Message(id, talk.Model, [], null, MessageEvents.Usage(usage, 1)) }, cancel);
        if (answer.Fault == ScriptFault.Stall)
            await Task.Delay(Timeout.Infinite, cancel);

        for (var index = 0; index < answer.Blocks.Count; index++)
            await BlockAsync(index, answer.Blocks[index], cancel);

        await gates.PassAsync(answer.FaultHold, cancel);
        if (answer.Fault == ScriptFault.ResetMidStream)
            http.Abort();
        if (answer.Fault is ScriptFault.ResetMidStream or ScriptFault.EndEarly)
            return;

        await SendAsync(new()
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = answer.Reason, ["stop_sequence"] = null },
            ["usage"] = new JsonObject { ["output_tokens"] = usage.OutputTokens },
        }, cancel);
        await SendAsync(new() { ["type"] = "message_stop" }, cancel);
    }

    private async Task BlockAsync(int index, ScriptBlock block, CancellationToken cancel)
    {
        await gates.PassAsync(block.Hold, cancel);
        await SendAsync(new() { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = MessageEvents.Empty(block, toolIds[index]) }, cancel);
        if (index == 0)
            await SendAsync(new() { ["type"] = "ping" }, cancel);
        foreach (var delta in MessageEvents.Deltas(block))
        {
            if (answer.ChunkDelayMs > 0)
                await Task.Delay(answer.ChunkDelayMs, cancel);
            await SendAsync(new() { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = delta }, cancel);
        }

        await SendAsync(new() { ["type"] = "content_block_stop", ["index"] = index }, cancel);
    }

    private async Task SendAsync(JsonObject data, CancellationToken cancel)
    {
        await http.Response.WriteAsync($"event: {data["type"]}\ndata: {data.ToJsonString()}\n\n", cancel);
        await http.Response.Body.FlushAsync(cancel);
    }
}
