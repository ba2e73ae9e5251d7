namespace AICodeManager.Signatures.Digests;

/// <summary>
/// Content that is checked as it is read, without being kept. Whoever reads it must not act on any of it before the end was
/// read without an exception.
/// </summary>
/// <param name="content">Left open when this is disposed.</param>
public sealed class DigestCheckingStream(Stream content, ContentDigest digest) : Stream
{
    private readonly DigestCheck check = digest.Begin();
    private bool? right;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => right is null ? Seen(buffer, content.Read(buffer)) : AtEnd();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        right is null ? Seen(buffer, await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) : AtEnd();

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

        right = check.Matches();
        return AtEnd();
    }

    // What was found at the end stays: whoever reads on after the exception must not find a good end.
    private int AtEnd() => right == true ? 0 : throw new ContentDigestException();
}

/// <summary>Content is not what its <c>Content-Digest</c> says.</summary>
public sealed class ContentDigestException() : IOException("The content is not what Content-Digest says.");
