using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;

namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>
/// Gives the records of one backup in order. Opening and unpacking go on while a record is used. Ends only after the end record,
/// the end of the compressed stream and the end of the file were all seen.
/// </summary>
internal sealed class RecordReader : IAsyncDisposable
{
    /// <summary>Kind and length before each record.</summary>
    public const int HeadBytes = 5;

    /// <summary>Largest record: a row is held in memory whole.</summary>
    public const int MaxBytes = 512 * 1024 * 1024;

    private const int PipeBytes = 4 * 1024 * 1024;

    private readonly Pipe pipe = new(new PipeOptions(
        pauseWriterThreshold: PipeBytes, resumeWriterThreshold: PipeBytes / 2, minimumSegmentSize: 64 * 1024, useSynchronizationContext: false));
    private readonly CancellationTokenSource stop;
    private readonly ChunkReader chunks;
    private readonly Task unpacking;
    private readonly Stream records;
    private byte[] content = new byte[2 * RowBuffer.Enough];
    private bool ended;

    public RecordReader(Stream from, FileKeys keys, CancellationToken cancel)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        chunks = new ChunkReader(from, keys);
        unpacking = Task.Run(() => UnpackAsync(stop.Token), CancellationToken.None);
        records = pipe.Reader.AsStream();
    }

    /// <summary>Bytes of the file that were read so far.</summary>
    public long Consumed => chunks.Consumed;

    /// <summary>The next record; null after the end. Its content is good until the next call.</summary>
    public async Task<(RecordKind Kind, ReadOnlyMemory<byte> Content)?> NextAsync(CancellationToken cancel)
    {
        if (ended)
        {
            if (await records.ReadAsync(content.AsMemory(0, 1), cancel) != 0)
            {
                throw Wrong("records follow the last one");
            }

            await unpacking;
            return null;
        }

        await FillAsync(content.AsMemory(0, HeadBytes), cancel);
        var (kind, length) = ((RecordKind)content[0], BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(1)));
        if (length is < 0 or > MaxBytes || !Enum.IsDefined(kind))
        {
            throw Wrong("a record is of no known kind or size");
        }

        if (content.Length < length)
        {
            content = new byte[Math.Max(length, content.Length * 2)];
        }

        await FillAsync(content.AsMemory(0, length), cancel);
        ended = kind == RecordKind.End;
        return (kind, content.AsMemory(0, length));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await pipe.Reader.CompleteAsync();
        try
        {
            await unpacking;
        }
        catch (Exception)
        {
            // Whoever read was told, or gave up.
        }

        await chunks.DisposeAsync();
        stop.Dispose();
    }

    private async Task FillAsync(Memory<byte> target, CancellationToken cancel)
    {
        if (await records.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancel) < target.Length)
        {
            throw Wrong("its records end too early");
        }
    }

    private async Task UnpackAsync(CancellationToken cancel)
    {
        try
        {
            await using (var unpacked = new BrotliStream(chunks, CompressionMode.Decompress, leaveOpen: true))
            {
                await unpacked.CopyToAsync(pipe.Writer, cancel);
            }

            // The unpacker stops at its own end; only the last chunk proves that the file has no other.
            if (await chunks.ReadAsync(new byte[1], cancel) != 0)
            {
                throw Wrong("bytes follow what was compressed");
            }

            await pipe.Writer.CompleteAsync();
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException)
        {
            var fault = Wrong("it cannot be unpacked");
            await pipe.Writer.CompleteAsync(fault);
            throw fault;
        }
        catch (Exception fault)
        {
            await pipe.Writer.CompleteAsync(fault);
            throw;
        }
    }

    private static BackupException Wrong(string what) =>
        new(BackupDamage.Inconsistent, $"The backup is genuine but not well formed: {what}. Report this with the server's version.");
}
