using System.Net;
using System.Text;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Bff;

/// <summary>The API did not answer; the refusal says how.</summary>
public sealed class UpstreamException(Refusal refusal, Exception? inner) : Exception(refusal.Title, inner)
{
    public Refusal Refusal { get; } = refusal;
}

/// <summary>The connections to the API. Nothing on the way changes a message: no redirects, no cookies, no decompression.</summary>
public sealed class Upstream : IDisposable
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpMessageInvoker http;
    private readonly BffOptions options;
    private readonly string root;

    public Upstream(BffOptions options)
    {
        this.options = options;
        root = options.Api.GetLeftPart(UriPartial.Authority);
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.Connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
            // Bytes of a header are no text to us: each goes on as it came.
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        });
    }

    public string Scheme => options.Api.Scheme;

    /// <summary>As in the <c>Host</c> that the API gets.</summary>
    public string Authority => options.Api.Authority;

    /// <summary>A request whose target goes out byte for byte.</summary>
    /// <param name="target">Path and query, beginning with a slash.</param>
    public HttpRequestMessage Request(string method, string target) =>
        new(new HttpMethod(method), new Uri(root + target, AsWritten)) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <summary>Sends, and gives the answer as soon as its head is there; the body streams.</summary>
    /// <exception cref="UpstreamException">No connection, no answer in time, or none that is HTTP.</exception>
    /// <exception cref="BadHttpRequestException">The browser's body is too large, or broke off.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (request.Content is StreamedBody body)
            body.Sending(patience, options.Silence, options.Answer);
        else
            patience.CancelAfter(options.Answer);

        try
        {
            return await http.SendAsync(request, patience.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new UpstreamException(new(504, "upstream_timeout", "The API did not answer in time."), late);
        }
        catch (HttpRequestException wrong) when (!cancel.IsCancellationRequested)
        {
            if (wrong.InnerException is BadHttpRequestException bad)
                throw new BadHttpRequestException(bad.Message, bad.StatusCode, bad);
            throw new UpstreamException(new(502, "upstream_unavailable", "The API cannot be reached.") { PrivateReason = wrong.HttpRequestError.ToString() }, wrong);
        }
        catch (HttpRequestException) when (cancel.IsCancellationRequested)
        {
            // The browser is gone; the connection broke because its body did.
            throw new OperationCanceledException(cancel);
        }
    }

    public void Dispose() => http.Dispose();
}
