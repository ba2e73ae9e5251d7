namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>Cuts what is written to it into sealed chunks. Ends the file only with <see cref="CompleteAsync"/>; never seeks.</summary>
internal sealed class ChunkWriter(Stream to, FileKeys keys) : WriteOnlyStream
{
    private readonly ChunkFrame frame = new(keys);
    private int filled;
    private long number;

    /// <summary>Bytes given to the file so far.</summary>
    public long Written { get; private set; }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancel = default)
    {
        while (source.Length > 0)
        {
            // A full chunk waits until it is known whether it is the last.
            if (filled == frame.Capacity)
            {
                await SealAsync(last: false, cancel);
            }

            var taken = Math.Min(source.Length, frame.Capacity - filled);
            source[..taken].CopyTo(frame.Content[filled..]);
            filled += taken;
            source = source[taken..];
        }
    }

    /// <summary>Writes the last chunk. Without it the file counts as cut off.</summary>
    public Task CompleteAsync(CancellationToken cancel) => SealAsync(last: true, cancel);

    protected override void Dispose(bool disposing)
    {
        frame.Dispose();
        base.Dispose(disposing);
    }

    private async Task SealAsync(bool last, CancellationToken cancel)
    {
        var whole = frame.Seal(number++, filled, last);
        await to.WriteAsync(whole, cancel);
        Written += whole.Length;
        filled = 0;
    }
}
