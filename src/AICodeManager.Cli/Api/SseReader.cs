using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace AICodeManager.Cli.Api;

/// <summary>One event off the wire.</summary>
/// <param name="Id">The last id the stream named; null while it named none.</param>
internal sealed record ServerEvent(string? Id, string Type, string Data);

/// <summary>Reads Server-Sent Events (WHATWG HTML, section 9.2) from a stream, within bounds.</summary>
internal sealed class SseReader(Stream stream, TimeSpan silence) : IAsyncDisposable
{
    /// <summary>Bytes of one event's data; a server that sends more is refused.</summary>
    public const int LargestEvent = 16 * 1024 * 1024;

    private static readonly byte[] LineEnds = "\r\n"u8.ToArray();

    private readonly PipeReader bytes = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
    private readonly StringBuilder data = new();
    private string? id;
    private string type = "";
    private bool hasData;
    private bool skipLineFeed;
    private bool begun;

    /// <summary>The next event; null at the end of the stream. An event that the end cuts short is dropped, as the standard has it.</summary>
    /// <exception cref="TimeoutException">Nothing came for as long as a live stream is never silent.</exception>
    /// <exception cref="InvalidDataException">An event is larger than <see cref="LargestEvent"/>.</exception>
    public async ValueTask<ServerEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                Take(line);
                continue;
            }

            var read = hasData ? new ServerEvent(id, type.Length == 0 ? "message" : type, data.ToString()) : null;
            data.Clear();
            hasData = false;
            type = "";
            if (read is not null)
                return read;
        }

        return null;
    }

    /// <summary>Changes how long the stream may be silent from here on.</summary>
    public TimeSpan Silence { get; set; } = silence;

    public ValueTask DisposeAsync() => bytes.CompleteAsync();

    private void Take(string line)
    {
        var colon = line.IndexOf(':');
        var field = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? "" : line[(colon + 1)..];
        if (value.StartsWith(' '))
            value = value[1..];
        switch (field)
        {
            case "data":
                if (data.Length + value.Length > LargestEvent)
                    throw TooLarge();
                if (hasData)
                    data.Append('\n');
                data.Append(value);
                hasData = true;
                break;
            case "event":
                type = value;
                break;
            // It goes back to the server in a header: only what can stand there counts.
            case "id" when value.Length <= 128 && value.All(c => c is > ' ' and < '\u007f'):
                id = value.Length == 0 ? null : value;
                break;
        }
    }

    private async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await FillAsync(cancellationToken);
            var buffer = read.Buffer;
            if (skipLineFeed && buffer.Length > 0)
            {
                skipLineFeed = false;
                if (buffer.FirstSpan[0] == (byte)'\n')
                    buffer = buffer.Slice(1);
            }

            if (TryCut(ref buffer, out var line))
            {
                bytes.AdvanceTo(buffer.Start);
                return line;
            }

            if (buffer.Length > LargestEvent)
                throw TooLarge();
            bytes.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return null;
        }
    }

    private bool TryCut(ref ReadOnlySequence<byte> buffer, out string? line)
    {
        line = null;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadToAny(out ReadOnlySequence<byte> cut, LineEnds, advancePastDelimiter: false) || !reader.TryRead(out var end))
            return false;
        // A CR may be half of a CR LF whose LF has not come yet.
        skipLineFeed = end == (byte)'\r';
        line = Encoding.UTF8.GetString(cut);
        if (!begun && line.StartsWith('\ufeff'))
            line = line[1..];
        begun = true;
        buffer = buffer.Slice(reader.Position);
        return true;
    }

    private async ValueTask<ReadResult> FillAsync(CancellationToken cancellationToken)
    {
        if (bytes.TryRead(out var ready))
            return ready;
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(Silence);
        try
        {
            return await bytes.ReadAsync(bounded.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The event stream was silent for {Silence.TotalSeconds:0} seconds.");
        }
    }

    private static InvalidDataException TooLarge() => new($"The server sent an event of more than {LargestEvent} bytes.");
}
