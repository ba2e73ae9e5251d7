using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Alerts.Channels;

/// <summary>
/// Posts to webhooks. A webhook's address must not become a way into the networks that this server can reach: names are
/// resolved here and only public addresses are connected to, whatever they were written like, unless the channel allows
/// others; redirects are not followed; no proxy stands between, for it would resolve the name itself; of the answer at most
/// 4 KiB are read; all within ten seconds.
/// </summary>
internal sealed class AlertHttp : IDisposable
{
    private const int MaxAnswer = 4 * 1024;

    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10), Connect = TimeSpan.FromSeconds(5);

    private readonly TimeSpan patience;
    private readonly HttpClient open = New(anywhere: true), guarded = New(anywhere: false);

    /// <param name="patience">For one whole exchange; ten seconds where nothing is said.</param>
    public AlertHttp(TimeSpan? patience = null) => this.patience = patience ?? DefaultPatience;

    /// <summary>Posts JSON; 2xx is sent.</summary>
    public async Task<SendResult> PostAsync(WebTarget target, ReadOnlyMemory<byte> json, IReadOnlyDictionary<string, string> headers, CancellationToken cancel)
    {
        var url = new Uri(target.Url.Reveal());
        if (url.Scheme != Uri.UriSchemeHttps && !target.AllowHttp)
            return SendResult.Never("the address is not https");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(patience);
        try
        {
            using var answer = await (target.AllowPrivateAddresses ? open : guarded)
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bound.Token);
            await SkimAsync(answer.Content, bound.Token);
            return Judge(answer);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return SendResult.Later($"no whole answer within {patience.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException refused) when (Innermost(refused) is PrivateAddressException)
        {
            return SendResult.Never("the address does not lie in the public internet; allow_private_addresses is not set");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return SendResult.Later(Innermost(broken) switch
            {
                AuthenticationException => "its certificate is not trusted",
                SocketException socket => $"cannot be reached ({socket.SocketErrorCode})",
                _ => "cannot be reached, or broke off",
            });
        }
    }

    public void Dispose()
    {
        open.Dispose();
        guarded.Dispose();
    }

    private static SendResult Judge(HttpResponseMessage answer) => (int)answer.StatusCode switch
    {
        >= 200 and < 300 => SendResult.Sent,
        >= 300 and < 400 => SendResult.Never($"answered with a redirect ({(int)answer.StatusCode}); redirects are not followed"),
        // 401 and 403 an operator can mend; the others are told to come again.
        var later and (401 or 403 or 408 or 425 or 429 or >= 500) => SendResult.Later($"answered with status {later}", answer.Headers.RetryAfter?.Delta),
        var status => SendResult.Never($"answered with status {status}"),
    };

    private static HttpClient New(bool anywhere) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        // Trace ids are between this server and its collector.
        ActivityHeadersPropagator = null,
        UseProxy = false,
        MaxResponseHeadersLength = 16,
        ConnectTimeout = Connect,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, anywhere, cancel),
    })
    {
        // Bounded above, where the body counts too.
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "aicli-web" } },
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint where, bool anywhere, CancellationToken cancel)
    {
        var addresses = IPAddress.TryParse(where.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(where.Host, cancel);
        // All of them: a name with one address here and one outside is no public name.
        if (!anywhere && !addresses.All(PublicAddress.Is))
            throw new PrivateAddressException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, where.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // What it says is not needed; a short answer read to its end lets the connection be used again.
    private static async Task SkimAsync(HttpContent content, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel);
        var part = new byte[MaxAnswer];
        _ = await stream.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancel);
    }

    private static Exception Innermost(Exception fault)
    {
        while (fault.InnerException is { } inner)
            fault = inner;
        return fault;
    }

    private sealed class PrivateAddressException() : IOException("The address is not public.");
}
