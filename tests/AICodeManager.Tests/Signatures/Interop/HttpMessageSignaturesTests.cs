using System.Net;
using System.Text;
using System.Text.Json;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Signing;
using AICodeManager.Tests.Signatures.Verifying;

namespace AICodeManager.Tests.Signatures.Interop;

/// <summary>Live, over loopback, with npm's http-message-signatures: it signs and we verify, we sign and it verifies.</summary>
public sealed class HttpMessageSignaturesTests
{
    private static readonly string[] Whole = ["@method", "@target-uri"];
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public static IEnumerable<SignatureAlgorithm> Algorithms => Enum.GetValues<SignatureAlgorithm>().Where(a => a != SignatureAlgorithm.Ed25519 || Ed25519.Available);

    [Fact]
    public async Task Can_verify_what_it_signs()
    {
        var keys = Algorithms.ToDictionary(a => a.ToString(), a => SigningKey.Generate(a));
        await using var server = await VerifyingServer.StartAsync(Contract.Policy, keys.ToDictionary(k => k.Key, k => k.Value.Public), Cancel);
        await using var client = NodePeer.Start("client.mjs");
        foreach (var (name, key) in keys)
        {
            var url = server.Address + "/api/v1/a%2Fb?x=a+b&y=%7E";
            Assert.Equal("204", await AskAsync(new(name, key.ToPem(), name, url, "GET", null, Whole)));
            Assert.Equal("204", await AskAsync(new(name, key.ToPem(), name, url, "GET", null, ["@method", "@authority", "@path", "@query"])));
            Assert.Equal("204", await AskAsync(new(name, key.ToPem(), name, url, "POST", """{"name":"é"}""", [.. Whole, "content-digest", "content-type"])));
            Assert.Equal("204", await AskAsync(new(name, key.ToPem(), name, url, "DELETE", null,
                [.. Whole, "@scheme", "@request-target", "@query-param;name=\"x\"", "x-dictionary", "x-dictionary;bs"])));
            Assert.Equal("204", await AskAsync(new(name, key.ToPem(), name, url, "GET", null, Whole, WithAlg: true)));

            // Not to another target, not without the digest, not by another key.
            Assert.Equal("401", await AskAsync(new(name, key.ToPem(), name, url, "GET", null, Whole, Change: "&z=1")));
            Assert.Equal("401", await AskAsync(new(name, key.ToPem(), name, url, "POST", "{}", Whole)));
            using var other = SigningKey.Generate(key.Algorithm);
            Assert.Equal("401", await AskAsync(new(name, other.ToPem(), name, url, "GET", null, Whole)));
        }

        Task<string> AskAsync(Order order) => client.AskAsync(JsonSerializer.Serialize(order, JsonSerializerOptions.Web), Cancel);
    }

    [Fact]
    public async Task Can_sign_what_it_verifies()
    {
        var keys = Algorithms.ToDictionary(a => a.ToString(), a => SigningKey.Generate(a));
        await using var server = NodePeer.Start("server.mjs");
        var port = await server.AskAsync(JsonSerializer.Serialize(keys.ToDictionary(k => k.Key, k => k.Value.Public.ToPem())), Cancel);
        foreach (var (name, key) in keys)
        {
            using var client = Client(key, name);
            var url = new Uri($"http://127.0.0.1:{port}/api/v1/a%2Fb?x=a+b&y=1");
            Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(client.GetAsync(url, Cancel)));
            Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(client.PostAsync(url, new StringContent("""{"name":"é"}""", Encoding.UTF8, "application/json"), Cancel)));
            Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(client.DeleteAsync(url, Cancel)));
            using var other = SigningKey.Generate(key.Algorithm);
            using var impostor = Client(other, name);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(impostor.GetAsync(url, Cancel)));
        }
    }

    private static HttpClient Client(SigningKey key, string keyId) => new(new SigningHandler(new RequestSigner(key, keyId)) { InnerHandler = new SocketsHttpHandler() });

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        return answer.StatusCode;
    }

    private sealed record Order(
        string Algorithm, string Pem, string KeyId, string Url, string Method, string? Body, string[] Fields, bool WithAlg = false, string? Change = null);
}
