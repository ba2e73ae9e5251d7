using System.Net.Http.Headers;
using AICodeManager.Signatures.Digests;

namespace AICodeManager.Signatures.Signing;

/// <summary>
/// Signs every request of an <see cref="HttpClient"/>, with the digest of its content where there is one. It must be the
/// last handler that changes a request, and one whose requests are not redirected: a signature is good for one target.
/// </summary>
/// <remarks>
/// Content that is not in memory already is buffered to be hashed before it is sent. Whoever sends a file too large for
/// that hashes it first and gives <c>Content-Digest</c> along; then nothing is buffered.
/// </remarks>
public sealed class SigningHandler(RequestSigner signer) : DelegatingHandler
{
    private const string DigestField = "Content-Digest";

    /// <summary>Bytes of content that are buffered at most.</summary>
    public long MostBuffered { get; init; } = 64 << 20;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && !content.Headers.NonValidated.Contains(DigestField) && !request.Headers.NonValidated.Contains(DigestField))
        {
            await content.LoadIntoBufferAsync(MostBuffered, cancellationToken).ConfigureAwait(false);
            var body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            content.Headers.TryAddWithoutValidation(
                DigestField, await ContentDigest.OfAsync(body, DigestAlgorithm.Sha256, cancellationToken).ConfigureAwait(false));
            body.Position = 0;
        }

        var fields = signer.Sign(new OutgoingRequest(request));
        Set(request.Headers, "Signature-Input", fields.SignatureInput);
        Set(request.Headers, "Signature", fields.Signature);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="NotSupportedException">Always: what is sent this way would go out unsigned.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Signed requests are sent with SendAsync.");

    // A request that is sent again is signed anew.
    private static void Set(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }
}
