using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AICodeManager.Bench.Pipeline;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Bench.Signed;

/// <summary>A key that a server knows, enrolled as any device enrols: with a proof of possession (spec section E).</summary>
internal sealed class EnrolledKey : IDisposable
{
    private readonly SigningKey key;

    private EnrolledKey(SigningKey key, string id) => (this.key, Id) = (key, id);

    public string Id { get; }

    public RequestSigner Signer => new(key, Id);

    /// <summary>Registers a new key; a store that is not there yet is asked again.</summary>
    public static async Task<EnrolledKey> EnrolAsync(ChildServer server, KeyChoice choice, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        while (true)
        {
            if (await TryEnrolAsync(server, choice, patience.Token) is { } enrolled)
                return enrolled;
            await Task.Delay(TimeSpan.FromSeconds(1), patience.Token);
        }
    }

    private static async Task<EnrolledKey?> TryEnrolAsync(ChildServer server, KeyChoice choice, CancellationToken cancel)
    {
        var key = choice.Generate();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { public_key = key.Public.ToPem(), name = choice.Name, algorithm = $"{choice.Algorithm}" });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/api/v1/keys")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content.Headers.TryAddWithoutValidation("Content-Digest", ContentDigest.Of(body));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        var proof = new RequestSigner(key, key.Public.Thumbprint, new SignerOptions
        {
            Tag = "aicli-register", Label = "reg", Covering = _ => ["@method", "@target-uri", "content-digest"],
        }).Sign(new OutgoingRequest(request));
        request.Headers.TryAddWithoutValidation("Signature-Input", proof.SignatureInput);
        request.Headers.TryAddWithoutValidation("Signature", proof.Signature);
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            key.Dispose();
            return null;
        }

        return answer.IsSuccessStatusCode
            ? new EnrolledKey(key, JsonElement.Parse(text).GetProperty("key_id").GetString()!)
            : throw new BenchException($"The key was not enrolled, {(int)answer.StatusCode}: {text}");
    }

    public void Dispose() => key.Dispose();
}
