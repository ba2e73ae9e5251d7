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
        else if (context.Request.ContentLength > most || context.Request.Body is not { CanSeek: true, Length: var length } || length > most)
        {
            throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }
    }
}
