using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Pipelines;

namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>
/// Writes the records of one backup. Reading the database goes on while what was read is compressed, sealed and written: a
/// bounded pipe stands between. Memory does not grow with the backup, only with its largest row.
/// </summary>
internal sealed class RecordWriter : IAsyncDisposable
{
    // Reader and writer do not stop each other at every record.
    private const int PipeBytes = 4 * 1024 * 1024;

    // As quick as zlib's quickest, and a quarter smaller (docs/backups.md, "Speed").
    private static readonly BrotliCompressionOptions Quick = new() { Quality = 1 };

    private readonly Pipe pipe = new(new PipeOptions(
        pauseWriterThreshold: PipeBytes, resumeWriterThreshold: PipeBytes / 2, minimumSegmentSize: 64 * 1024, useSynchronizationContext: false));
    private readonly ChunkWriter chunks;
    private readonly Task packing;
    private readonly byte[] head = new byte[RecordReader.HeadBytes];
    private readonly List<TableTotal> totals = [];
    private long files, fileBytes;

    public RecordWriter(Stream to, FileKeys keys, CancellationToken cancel)
    {
        chunks = new ChunkWriter(to, keys);
        packing = Task.Run(() => PackAsync(cancel), CancellationToken.None);
    }

    /// <summary>Bytes before compression.</summary>
    public long Taken { get; private set; }

    public IReadOnlyList<TableTotal> Totals => totals;

    public async Task WriteAsync(RecordKind kind, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        if (content.Length > RecordReader.MaxBytes)
        {
            throw new IOException($"A row or name has {content.Length} bytes; a backup takes at most {RecordReader.MaxBytes}.");
        }

        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), content.Length);
        await pipe.Writer.WriteAsync(head, cancel);
        var result = await pipe.Writer.WriteAsync(content, cancel);
        Taken += head.Length + content.Length;
        if (result.IsCompleted)
        {
            // The other side has ended: its fault is the one to tell.
            await packing;
        }
    }

    /// <summary>Begins a table; its rows go to what is returned.</summary>
    public async Task<TableWriter> TableAsync(string name, IReadOnlyList<string> columns, CancellationToken cancel)
    {
        var begin = new RowBuffer();
        begin.Name(name);
        foreach (var column in columns)
        {
            begin.Name(column);
        }

        await WriteAsync(RecordKind.Table, begin.Filled, cancel);
        return new TableWriter(this, name);
    }

    internal void Add(TableTotal total) => totals.Add(total);

    internal void AddFile(long bytes) => (files, fileBytes) = (files + 1, fileBytes + bytes);

    /// <summary>Writes the end, and waits until everything is with the stream below.</summary>
    public async Task CompleteAsync(CancellationToken cancel)
    {
        var end = new RowBuffer();
        end.Integer(totals.Count);
        foreach (var total in totals)
        {
            end.Name(total.Table);
            end.Integer(total.Rows);
            end.Blob(total.Digest);
        }

        end.Integer(files);
        end.Integer(fileBytes);
        await WriteAsync(RecordKind.End, end.Filled, cancel);
        await pipe.Writer.CompleteAsync();
        await packing;
    }

    public async ValueTask DisposeAsync()
    {
        await pipe.Writer.CompleteAsync(new OperationCanceledException());
        try
        {
            await packing;
        }
        catch (Exception)
        {
            // Whoever wrote was told, or gave up.
        }

        await chunks.DisposeAsync();
    }

    private async Task PackAsync(CancellationToken cancel)
    {
        try
        {
            await using (var packed = new BrotliStream(chunks, Quick, leaveOpen: true))
            {
                await pipe.Reader.CopyToAsync(packed, cancel);
            }

            await chunks.CompleteAsync(cancel);
            await pipe.Reader.CompleteAsync();
        }
        catch (Exception fault)
        {
            await pipe.Reader.CompleteAsync(fault);
            throw;
        }
    }
}

/// <summary>What a table came to.</summary>
/// <param name="Digest">SHA-256 over its rows as they are encoded: equal rows in equal order have equal digests in either database.</param>
internal sealed record TableTotal(string Table, long Rows, byte[] Digest);
