using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.Ground.Http;

/// <summary>Bounds the content of one request more tightly than its route does.</summary>
public static class BodyLimit
{
    /// <summary>
    /// Whatever has more content than this is refused: while it is read, or now, where it was read already (that of a
    /// signed request is, before any endpoint runs, and the server's own limit cannot be set any more).
    /// </summary>
    /// <param name="most">Bytes.</param>
    /// <exception cref="BadHttpRequestException">413.</exception>
    public static void Set(HttpContext context, long most)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = most;
        }
        else if (context.Request.ContentLength > most || LengthOf(context) is not { } length || length > most)
        {
            throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }
    }

    /// <summary>How much content there is, where it was read to its end already; null where nobody knows.</summary>
    private static long? LengthOf(HttpContext context) =>
        context.Features.Get<ReadAhead>()?.Bytes ?? (context.Request.Body is { CanSeek: true, Length: var length } ? length : null);
}

/// <summary>The content of this request was read to its end, and is still there for the endpoint.</summary>
/// <param name="Bytes">Its length.</param>
public sealed record ReadAhead(long Bytes);
