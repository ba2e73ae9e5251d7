using System.Buffers;
using AICodeManager.Signatures.Digests;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>
/// The content of a signed request. It is read to its end and checked before anything acts on it and before its nonce is
/// spent; beyond a small part it waits in a file, so that only who has a key can make the server hold anything.
/// </summary>
internal static class SignedBody
{
    private const int InMemory = 64 << 10;

    /// <summary>Whether the content is what its digest says; it can be read again from its start.</summary>
    /// <exception cref="BadHttpRequestException">It is larger than the endpoint takes.</exception>
    public static async Task<bool> MatchesAsync(HttpContext context, ContentDigest digest)
    {
        context.Request.EnableBuffering(InMemory);
        var body = context.Request.Body;
        using var check = digest.Begin();
        var buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
            {
                check.Append(buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        body.Position = 0;
        return check.Matches();
    }
}
