using Microsoft.AspNetCore.Http.Metadata;

namespace AICodeManager.Server.Ground.Http;

/// <summary>An endpoint whose JSON holds a prompt or the like, and may so be larger than other JSON.</summary>
/// <param name="Bytes">Of content at most: 1 MiB of text takes six times that when every character is escaped.</param>
public sealed record TakesLongText(long Bytes = 8 << 20) : IRequestSizeLimitMetadata
{
    long? IRequestSizeLimitMetadata.MaxRequestBodySize => Bytes;
}
