using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>A line of a file and where it stands in it.</summary>
/// <param name="Entry">Null where the line is no event: the chain's verification tells of it, reading goes on.</param>
internal sealed record FileLine(long Start, long End, AuditEntry? Entry);

/// <summary>The lines of one of the audit's files, with their places. A last line that is not ended does not count.</summary>
internal static class AuditFileLines
{
    /// <summary>Bytes; no event is as long.</summary>
    private const int Longest = 1 << 20;

    /// <param name="from">Where a line begins, as an earlier reading told.</param>
    public static async IAsyncEnumerable<FileLine> ReadAsync(string path, long from, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var file = Open(path);
        if (file is null || from >= file.Length)
            yield break;
        file.Seek(from, SeekOrigin.Begin);
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        var place = from;
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var line = rest.Slice(0, end);
                yield return new(place, place + line.Length + 1, Parse(line));
                place += line.Length + 1;
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            // What is longer is no line of ours: nothing behind it can be told apart.
            if (read.IsCompleted || rest.Length > Longest)
                break;
            reader.AdvanceTo(rest.Start, read.Buffer.End);
        }

        await reader.CompleteAsync();
    }

    // Retention may have removed it since its name was read.
    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0,
            });
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static AuditEntry? Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            return JsonSerializer.Deserialize<AuditEntry>(ref json, WireJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
