using System.Buffers;
using System.IO.Pipelines;

namespace AICodeManager.Server.Work.Agents;

/// <summary>One line of output and where in the stream it ended.</summary>
/// <param name="Bytes">Without the line feed; null for a stretch of a line that is longer than accepted and is skipped.</param>
/// <param name="EndOffset">Bytes from the first byte ever written to just after the line feed, or the end of the stretch.</param>
public readonly record struct OutputLine(byte[]? Bytes, long EndOffset);

/// <summary>Cuts a sandbox's output into lines in bounded memory, whatever comes out of it.</summary>
public static class LineReader
{
    /// <summary>The longest line that is read; a tool result of 10 MB fits.</summary>
    public const int MaxLine = 16 << 20;

    /// <summary>Lines until the stream ends; a last line without line feed counts as one.</summary>
    /// <param name="offset">Where in the whole output <paramref name="stream"/> begins.</param>
    public static async IAsyncEnumerable<OutputLine> ReadAsync(
        Stream stream, long offset, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16, leaveOpen: true));
        var skipping = false;
        while (true)
        {
            var read = await pipe.ReadAsync(cancel);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } feed)
            {
                var line = buffer.Slice(0, feed);
                offset += line.Length + 1;
                if (!skipping)
                {
                    yield return new OutputLine(line.ToArray(), offset);
                }

                skipping = false;
                buffer = buffer.Slice(buffer.GetPosition(1, feed));
            }

            if (read.IsCompleted)
            {
                if (buffer.Length > 0)
                {
                    yield return new OutputLine(skipping ? null : buffer.ToArray(), offset + buffer.Length);
                }

                break;
            }

            if (buffer.Length > MaxLine)
            {
                offset += buffer.Length;
                skipping = true;
                buffer = buffer.Slice(buffer.End);
                // Told at once: a line that never ends must still be counted.
                yield return new OutputLine(null, offset);
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
        }

        await pipe.CompleteAsync();
    }
}
