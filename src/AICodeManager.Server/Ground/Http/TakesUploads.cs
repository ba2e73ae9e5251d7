using Microsoft.AspNetCore.Http.Metadata;

namespace AICodeManager.Server.Ground.Http;

/// <summary>
/// An endpoint that takes content far larger than the others. It is said on the route and not within the endpoint: the
/// content of a signed request is read, to be checked, before the endpoint runs.
/// </summary>
/// <param name="Bytes">Of content at most; the endpoint may refuse less in words of its own.</param>
public sealed record TakesUploads(long Bytes) : IRequestSizeLimitMetadata
{
    /// <summary>
    /// How long a signed upload may be on its way. Its nonce is remembered as much longer: a copy whose last byte is held
    /// back until the nonce were forgotten would be served a second time.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    long? IRequestSizeLimitMetadata.MaxRequestBodySize => Bytes;
}

/// <summary>The words with which endpoints say so.</summary>
public static class UploadRules
{
    public static TBuilder TakesUploads<TBuilder>(this TBuilder endpoint, long bytes) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new TakesUploads(bytes));
}
