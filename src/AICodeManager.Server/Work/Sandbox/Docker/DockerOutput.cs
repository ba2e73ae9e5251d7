using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>
/// Takes an engine's multiplexed output apart (frames of <c>[stream, 0, 0, 0, length as 32 bits]</c>, see "attach" in the
/// Engine API) into two streams with bounded buffers: a reader that does not read holds the writer up.
/// </summary>
/// <param name="drain">Once it fires, what no reader takes is thrown away rather than waited for.</param>
internal sealed class DockerOutput(CancellationToken drain)
{
    // The engine cuts lines at this length when it writes them to a log (moby, daemon/logger/copier.go).
    private const uint LogPiece = 16 * 1024;
    private const uint MaxStamp = 64;
    private const int LogOverhead = 160;
    private static readonly PipeOptions Bounded = new(
        pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024, useSynchronizationContext: false);

    private readonly Pipe output = new(Bounded);
    private readonly Pipe error = new(Bounded);
    private readonly long[] skip = new long[3];
    private readonly long[] given = new long[3];
    private readonly bool[] dropped = new bool[3];

    public Stream Output => output.Reader.AsStream();

    public Stream Error => error.Reader.AsStream();

    /// <summary>Bytes of the engine's log that were read so far, roughly.</summary>
    public long LogBytes { get; private set; }

    /// <summary>The first <paramref name="count"/> bytes of standard output were given to an earlier reader.</summary>
    public void SkipOutput(long count) => skip[1] = given[1] = count;

    /// <summary>Copies frames until the stream ends.</summary>
    /// <param name="fromLog">The stream is the engine's log from its beginning: leaves out what was given already.</param>
    /// <exception cref="InvalidDataException">The stream is not multiplexed output.</exception>
    public async Task CopyAsync(Stream stream, bool fromLog, Action<long>? read, CancellationToken stop)
    {
        if (fromLog)
        {
            LogBytes = 0;
            given.CopyTo(skip, 0);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(drain, stop);
        var source = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        while (await HeaderAsync(source, stop) is var (kind, frame))
        {
            var length = frame;
            if (fromLog)
                length -= await StampAsync(source, length, stop);
            var (left, last) = (length, (byte)'\n');
            while (left > 0)
            {
                var piece = await source.ReadAsync(stop);
                if (piece.IsCompleted && piece.Buffer.IsEmpty)
                    throw new EndOfStreamException("The engine's output ended within a frame.");
                var part = piece.Buffer.Slice(0, Math.Min(left, piece.Buffer.Length));
                last = part.Slice(part.Length - 1).FirstSpan[0];
                left -= (uint)part.Length;
                await GiveAsync(kind, part, either.Token, stop);
                source.AdvanceTo(part.End);
            }

            if (!fromLog)
                continue;

            // Engine 20.10 loses the line feed after a line of several pieces. A piece that ends no line has exactly
            // LogPiece bytes, so any other without a line feed has lost it (or is the very last of the stream).
            if (length != LogPiece && (length == 0 || last != '\n'))
                await GiveAsync(kind, LineFeed, either.Token, stop);
            LogBytes += length + LogOverhead;
            read?.Invoke(LogBytes);
        }
    }

    /// <summary>Ends both streams for their readers.</summary>
    public void Complete()
    {
        output.Writer.Complete();
        error.Writer.Complete();
    }

    private static ReadOnlySequence<byte> LineFeed => new("\n"u8.ToArray());

    private static async Task<(int Kind, uint Length)?> HeaderAsync(PipeReader source, CancellationToken stop)
    {
        var read = await source.ReadAtLeastAsync(8, stop);
        if (read.Buffer.IsEmpty)
            return null;
        if (read.Buffer.Length < 8)
            throw new EndOfStreamException("The engine's output ended within a frame.");
        var header = Parse(read.Buffer.Slice(0, 8));
        source.AdvanceTo(read.Buffer.GetPosition(8));
        return header;
    }

    // Log frames begin with their time and a space. It is asked for only because the engine sends no frame at all for
    // a line's last piece when that is empty and bears no time.
    private static async Task<uint> StampAsync(PipeReader source, uint length, CancellationToken stop)
    {
        var read = await source.ReadAtLeastAsync((int)Math.Min(length, MaxStamp), stop);
        var head = read.Buffer.Slice(0, Math.Min(Math.Min(length, MaxStamp), read.Buffer.Length));
        if (head.PositionOf((byte)' ') is not { } space)
            throw new InvalidDataException("The engine's log has a frame without a time.");
        var stamp = head.Slice(0, head.GetPosition(1, space));
        var size = (uint)stamp.Length;
        source.AdvanceTo(stamp.End);
        return size;
    }

    private static (int Kind, uint Length) Parse(ReadOnlySequence<byte> eight)
    {
        Span<byte> bytes = stackalloc byte[8];
        eight.CopyTo(bytes);
        return bytes[0] <= 2 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 0
            ? (bytes[0], BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]))
            : throw new InvalidDataException("The engine's output is not made of frames.");
    }

    private async ValueTask GiveAsync(int kind, ReadOnlySequence<byte> bytes, CancellationToken drainOrStop, CancellationToken stop)
    {
        if (skip[kind] > 0)
        {
            var passed = Math.Min(skip[kind], bytes.Length);
            skip[kind] -= passed;
            bytes = bytes.Slice(passed);
        }

        if (bytes.IsEmpty || dropped[kind])
            return;
        given[kind] += bytes.Length;
        var writer = kind == 2 ? error.Writer : output.Writer;
        foreach (var memory in bytes)
            writer.Write(memory.Span);
        try
        {
            dropped[kind] = (await writer.FlushAsync(drainOrStop)).IsCompleted;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            dropped[kind] = true;
        }
    }
}
