using System.Text;
using AICodeManager.ScriptedModel;
using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Tests.Work.ModelGateway;

public sealed class StreamingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_sees_a_chunk_before_the_upstream_sends_the_next()
    {
        await using var rig = await GatewayRig.StartAsync(new ScriptAnswer([new(Text: "first"), new(Text: "second", Hold: "second")]));
        using var answer = await rig.SendAsync(GatewayRig.Call());
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancel));

        // The upstream cannot go on before this test has seen the first text.
        await ReadUntilAsync(lines, "first");
        rig.Scripted.Release("second");
        await ReadUntilAsync(lines, "second");
        await ReadUntilAsync(lines, "message_stop");

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_stream_arrives_as_the_upstream_sent_it()
    {
        await using var rig = await GatewayRig.StartAsync(new ScriptAnswer([
            new(Thinking: "Let me see."), new(Text: "안녕하세요 – ok"), new(Tool: "Write", Input: new() { ["file_path"] = "a" })]));

        var (_, everything) = await rig.ReadAsync(GatewayRig.Call());
        var events = everything.Split('\n').Where(l => l.StartsWith("event: ", StringComparison.Ordinal)).Select(l => l[7..]).Distinct();

        Assert.Equal(["message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop", "message_delta", "message_stop"], events);
        Assert.Contains("안녕하세요", System.Text.RegularExpressions.Regex.Unescape(everything), StringComparison.Ordinal);
    }

    [Fact]
    public void Usage_is_read_from_a_stream_cut_anywhere()
    {
        const string stream = """
            event: message_start
            data: {"type":"message_start","message":{"usage":{"input_tokens":7,"cache_creation_input_tokens":5,"cache_read_input_tokens":3,"cache_creation":{"ephemeral_1h_input_tokens":4},"output_tokens":1}}}

            data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"hey"}}

            data: {"type":"message_delta","delta":{},"usage":{"output_tokens":42,"server_tool_use":{"web_search_requests":2}}}

            data: {"type":"message_stop"}


            """;
        foreach (var newline in new[] { "\n", "\r\n" })
        {
            for (var size = 1; size < 40; size++)
            {
                var meter = new StreamMeter(TimeProvider.System);
                foreach (var part in Encoding.UTF8.GetBytes(stream.ReplaceLineEndings(newline)).Chunk(size))
                    meter.Read(part);
                Assert.Equal(new TokenCount(7, 42, 1, 4, 3, 2), meter.Used(1_000));
                Assert.True(meter.Finished);
            }
        }
    }

    [Fact]
    public void A_line_without_end_is_not_kept_but_counted()
    {
        var meter = new StreamMeter(TimeProvider.System);
        meter.Read("data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":7}}}\n"u8);
        for (var i = 0; i < 100; i++)
            meter.Read(new byte[10_000]);
        meter.Read("\ndata: {\"type\":\"message_stop\"}\n"u8);

        Assert.True(meter.Finished);
        Assert.Equal(300_000, meter.Used(300_000)!.Value.Output);
    }

    [Fact]
    public void A_hidden_thought_that_is_broken_off_is_counted_by_its_time()
    {
        var clock = new SettableClock();
        var meter = new StreamMeter(clock);
        meter.Read("data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":7}}}\n"u8);
        meter.Read("data: {\"type\":\"content_block_start\",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}\n"u8);
        clock.Seconds = 10;

        Assert.Equal(5_000, meter.Used(64_000)!.Value.Output);
        Assert.Equal(2_000, meter.Used(2_000)!.Value.Output);
    }

    private static async Task ReadUntilAsync(StreamReader lines, string text)
    {
        while (await lines.ReadLineAsync(Cancel) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The stream ended before '{text}'.");
    }

    private sealed class SettableClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
