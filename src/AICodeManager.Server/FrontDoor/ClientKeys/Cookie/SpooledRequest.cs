using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>
/// Puts a body that was read to be hashed back in its request's place. Endpoints go on setting and meeting limits as if
/// it came from the wire.
/// </summary>
internal static class SpooledRequest
{
    /// <summary>The value of <c>Content-Digest</c>; null where the body is longer than the limit, in bytes.</summary>
    /// <exception cref="BadHttpRequestException">The body broke off or is framed wrongly.</exception>
    public static async Task<string?> SpoolAsync(HttpContext context, long limit, CancellationToken cancel)
    {
        var wire = context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>();
        var own = wire.MaxRequestBodySize;
        if (!wire.IsReadOnly)
            wire.MaxRequestBodySize = limit;
        if (context.Request.ContentLength > limit || await SpooledBody.ReadAsync(context.Request.Body, limit, cancel) is not { } body)
            return null;

        context.Response.RegisterForDisposeAsync(body);
        var allowed = new Allowed { MaxRequestBodySize = own };
        context.Features.Set<IHttpMaxRequestBodySizeFeature>(allowed);
        context.Request.Body = new Bounded(body, allowed);
        return body.Digest;
    }

    private sealed class Allowed : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly { get; set; }

        public long? MaxRequestBodySize
        {
            get;
            set => field = IsReadOnly ? throw new InvalidOperationException("The body is being read already.") : value;
        }
    }

    private sealed class Bounded(SpooledBody body, Allowed allowed) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Judge();
            return body.Content.ReadAsync(buffer, cancellationToken);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            Judge();
            return body.Content.Read(buffer, offset, count);
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private void Judge()
        {
            allowed.IsReadOnly = true;
            if (body.Length > allowed.MaxRequestBodySize)
                throw new BadHttpRequestException("Request body too large.", StatusCodes.Status413PayloadTooLarge);
        }
    }
}
