using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AICodeManager.Server.Keeping.Checks.Readings;

/// <summary>What the running server answers to anybody who asks it from this machine.</summary>
/// <param name="Headers">Of the answer to <c>GET /healthz</c>, names in lower case.</param>
/// <param name="Tls">What the handshake came to; null over plain HTTP.</param>
public sealed record ServerReading(string Address, int Status, IReadOnlyDictionary<string, string> Headers, HandshakeReading? Tls)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks the first address that answers; null where none does.</summary>
    /// <param name="urls">As configured: what listens everywhere is asked on loopback.</param>
    public static async Task<ServerReading?> ReadAsync(IEnumerable<string> urls, CancellationToken cancel)
    {
        foreach (var url in urls)
        {
            var address = new Uri(url.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal)
                .Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal));
            try
            {
                return await AskAsync(address, cancel);
            }
            catch (Exception away) when (away is HttpRequestException or SocketException or IOException or AuthenticationException
                || (away is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                // The next one, or nobody.
            }
        }

        return null;
    }

    private static async Task<ServerReading> AskAsync(Uri address, CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(Patience);
        var tls = address.Scheme == "https" ? await HandshakeReading.ReadAsync(address, bound.Token) : null;
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
#pragma warning disable CA5359 // Nothing is sent that anybody could want: what certificate it shows is what we ask for.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync(new Uri(address, "/healthz"), bound.Token);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value));
        return new(address.GetLeftPart(UriPartial.Authority), (int)answer.StatusCode, headers, tls);
    }
}

/// <summary>One TLS handshake with the running server.</summary>
/// <param name="NotAfter">When the certificate that it showed ends.</param>
/// <param name="Subject">For whom it was issued.</param>
public sealed record HandshakeReading(string Protocol, string Cipher, DateTimeOffset NotAfter, string Subject)
{
    public static async Task<HandshakeReading> ReadAsync(Uri address, CancellationToken cancel)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(address.Host.Trim('[', ']'), address.Port, cancel);
#pragma warning disable CA5359 // The certificate is what we look at, whoever issued it.
        await using var stream = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancel);
        using var shown = new X509Certificate2(stream.RemoteCertificate!);
        return new(stream.SslProtocol.ToString(), stream.NegotiatedCipherSuite.ToString(), shown.NotAfter.ToUniversalTime(), shown.Subject);
    }
}
