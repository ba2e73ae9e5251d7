using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Speaks to the one upstream: no proxy from the environment, no redirects, no cookies, no headers but the named ones.</summary>
internal sealed partial class UpstreamClient : IDisposable
{
    private readonly GatewayOptions options;
    private readonly HttpClient http;

    public UpstreamClient(GatewayOptions options)
    {
        this.options = options;
        http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Answers as soon as the headers are there.</summary>
    /// <param name="path">Below <c>/v1/</c>, with its query.</param>
    public Task<HttpResponseMessage> SendAsync(
        string path, ReadOnlyMemory<byte> body, IHeaderDictionary from, bool allowServerTools, CancellationToken cancel)
    {
        var target = $"{options.Upstream.GetLeftPart(UriPartial.Path).TrimEnd('/')}/v1/{path}";
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var headers = request.Headers;
        headers.Accept.ParseAdd("application/json");
        headers.Add("anthropic-version", Plain(from["anthropic-version"]) ?? "2023-06-01");
        if (ServerTools.Betas(from["anthropic-beta"], allowServerTools) is { } betas)
            headers.Add("anthropic-beta", betas);
        if (Plain(from["x-app"]) is { } app)
            headers.Add("x-app", app);
        headers.TryAddWithoutValidation("User-Agent", Plain(from.UserAgent) ?? "aicode-manager");
        if (options.ApiKey is { } key)
            headers.Add("x-api-key", key.Reveal());
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    public void Dispose() => http.Dispose();

    /// <summary>The value, if it is one short line of harmless characters.</summary>
    public static string? Plain(string? value) => value is not null && PlainValue().IsMatch(value) ? value : null;

    [GeneratedRegex(@"^[A-Za-z0-9 ./_,;()-]{1,160}\z")]
    private static partial Regex PlainValue();
}
