using System.IO.Pipelines;
using System.Text;
using AICodeManager.Cli.Api;

namespace AICodeManager.Tests.Cli;

public sealed class SseReaderTests
{
    private static async Task<List<ServerEvent>> ReadAsync(string text, int chunk)
    {
        var pipe = new Pipe();
        var bytes = Encoding.UTF8.GetBytes(text);
        var feeding = Task.Run(async () =>
        {
            for (var at = 0; at < bytes.Length; at += chunk)
                await pipe.Writer.WriteAsync(bytes.AsMemory(at, Math.Min(chunk, bytes.Length - at)));
            await pipe.Writer.CompleteAsync();
        });
        await using var reader = new SseReader(pipe.Reader.AsStream(), TimeSpan.FromSeconds(30));
        var events = new List<ServerEvent>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } one)
            events.Add(one);
        await feeding;
        return events;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10_000)]
    public async Task Can_read_every_form_the_standard_allows(int chunk)
    {
        var events = await ReadAsync(
            "\ufeff: a comment\n\nid: 1\nevent: state\ndata: one\n\n"
            + "data:two\r\ndata:  lines\r\n\r\n"
            + "id: 3\rdata\rdata: \ud55c\r\r"
            + "event: nothing\n\nretry: 10\nunknown: x\nid\ndata: no id\n\n"
            + "id: 9\ndata: cut off\n",
            chunk);

        Assert.Equal(
            [new("1", "state", "one"), new("1", "message", "two\n lines"), new("3", "message", "\n\ud55c"), new(null, "message", "no id")],
            events);
    }

    [Fact]
    public async Task Cannot_take_an_id_that_no_header_could_carry()
    {
        var events = await ReadAsync($"id: 1\ndata: a\n\nid: x y\ndata: b\n\nid: {new string('9', 200)}\ndata: c\n\n", 7);

        Assert.All(events, one => Assert.Equal("1", one.Id));
    }

    [Fact]
    public async Task Cannot_be_filled_with_one_endless_line()
    {
        await using var reader = new SseReader(new Endless(), TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Can_tell_a_silent_stream()
    {
        var pipe = new Pipe();
        await using var reader = new SseReader(pipe.Reader.AsStream(), TimeSpan.FromMilliseconds(20));

        await Assert.ThrowsAsync<TimeoutException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
    }

    private sealed class Endless : MemoryStream
    {
        public override bool CanRead => true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'a');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
