namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>Reads what <see cref="ChunkWriter"/> wrote, gives nothing out before it is proven, and says what is wrong where.</summary>
internal sealed class ChunkReader(Stream from, FileKeys keys) : Stream
{
    private readonly ChunkFrame frame = new(keys);
    private int at, held;
    private long number, place;
    private bool ended;

    /// <summary>Bytes of the file's chunks that were read so far.</summary>
    public long Consumed => Volatile.Read(ref place);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (at == held)
        {
            if (ended)
            {
                return 0;
            }

            await NextAsync(cancellationToken);
        }

        var taken = Math.Min(buffer.Length, held - at);
        frame.Content.Slice(at, taken).CopyTo(buffer);
        at += taken;
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        frame.Dispose();
        base.Dispose(disposing);
    }

    private async Task NextAsync(CancellationToken cancel)
    {
        await FillAsync(frame.Head, cancel);
        var (said, length, last) = frame.Said();
        if (length > frame.Capacity)
        {
            throw Altered();
        }

        await FillAsync(frame.Body(length), cancel);
        if (!frame.Open())
        {
            throw Altered();
        }

        if (said != number)
        {
            throw new BackupException(
                BackupDamage.Reordered, $"The backup was taken apart: after {number} parts the part {said} follows (at byte {place} of the content).");
        }

        if (last && await from.ReadAsync(new byte[1], cancel) != 0)
        {
            throw new BackupException(BackupDamage.Appended, "Something was appended to the backup: bytes follow its end.");
        }

        (at, held, ended) = (0, length, last);
        number++;
        Volatile.Write(ref place, place + ChunkFrame.HeadBytes + length + ChunkFrame.TagBytes);
    }

    private async Task FillAsync(Memory<byte> target, CancellationToken cancel)
    {
        if (await from.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancel) < target.Length)
        {
            throw new BackupException(
                BackupDamage.CutOff, $"The backup is cut off: its end is missing after {number} whole parts ({place} bytes of the content).");
        }
    }

    private BackupException Altered() => new(
        BackupDamage.Altered, $"The backup was altered or damaged: its part {number} is not genuine (at byte {place} of the content).");
}
