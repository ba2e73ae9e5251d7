using AICodeManager.Cli.Credentials;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Cli.Api;

/// <summary>Signs a request (RFC 9421) just before it goes: each sending has a nonce and a time of its own.</summary>
internal static class MessageSigning
{
    private const string RegisterTag = "aicli-register";

    /// <summary>Signs by the key of this device.</summary>
    public static RequestSigner By(DeviceKey key, TimeProvider time) => new(key.Pair, key.Id, new SignerOptions { Time = time });

    /// <summary>Shows that a new pair's private half is here: a signature beside the request's own.</summary>
    public static RequestSigner ProofBy(SigningKey pair, TimeProvider time) => new(pair, pair.Public.Thumbprint, new SignerOptions
    {
        Label = "proof", Tag = RegisterTag, Time = time, Covering = _ => ["@method", "@target-uri", "content-digest"],
    });

    /// <param name="body">Makes the message's content once more, to be hashed: nothing is kept in memory, however large it is.</param>
    public static async Task SignAsync(
        HttpRequestMessage message, Func<HttpContent>? body, IReadOnlyList<RequestSigner> signers, CancellationToken cancellationToken)
    {
        if (message.Content is { } content && body is not null)
        {
            using var same = body();
            await using var bytes = await same.ReadAsStreamAsync(cancellationToken);
            content.Headers.TryAddWithoutValidation(
                "Content-Digest", await ContentDigest.OfAsync(bytes, DigestAlgorithm.Sha256, cancellationToken));
        }

        try
        {
            var outgoing = new OutgoingRequest(message);
            SignatureFields[] made = [.. signers.Select(signer => signer.Sign(outgoing))];
            message.Headers.TryAddWithoutValidation("Signature-Input", string.Join(", ", made.Select(one => one.SignatureInput)));
            message.Headers.TryAddWithoutValidation("Signature", string.Join(", ", made.Select(one => one.Signature)));
        }
        catch (ArgumentException fault)
        {
            throw CliFailure.Usage($"A request to {message.RequestUri!.GetLeftPart(UriPartial.Authority)} cannot be signed: {fault.Message}");
        }
    }
}
