namespace AICodeManager.Signatures.Digests;

/// <summary>
/// Content that is checked as it is read, without being kept. Whoever reads it must not act on any of it before the end was
/// read without an exception.
/// </summary>
/// <param name="content">Left open when this is disposed.</param>
public sealed class DigestCheckingStream(Stream content, ContentDigest digest) : Stream
{
    private readonly DigestCheck check = digest.Begin();
    private bool ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => Seen(buffer, content.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Seen(buffer, await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        check.Dispose();
        base.Dispose(disposing);
    }

    private int Seen(ReadOnlyMemory<byte> buffer, int count) => Seen(buffer.Span, count);

    private int Seen(ReadOnlySpan<byte> buffer, int count)
    {
        if (count > 0 || buffer.IsEmpty)
        {
            check.Append(buffer[..count]);
            return count;
        }

        if (!ended && !check.Matches())
        {
            throw new ContentDigestException();
        }

        ended = true;
        return 0;
    }
}

/// <summary>Content is not what its <c>Content-Digest</c> says.</summary>
public sealed class ContentDigestException() : IOException("The content is not what Content-Digest says.");
