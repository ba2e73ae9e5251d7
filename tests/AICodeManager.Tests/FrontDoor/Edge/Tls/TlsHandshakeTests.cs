using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AICodeManager.Tests.FrontDoor.Edge.Tls;

/// <summary>Who gets a connection (spec A3): real handshakes against the real server.</summary>
public sealed class TlsHandshakeTests
{
    // RFC 5246 section 7.2; which alert it is depends on how old the version is.
    private static readonly byte[] FatalAlert = [0x15, 0, 0, 0, 2, 2];
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_current_versions_are_served_with_the_whole_chain_and_older_ones_are_not()
    {
        await using var lab = await TlsLab.StartAsync();
        Assert.Equal("https", lab.Server.Address.Scheme);
        await using var newest = await lab.ConnectAsync(SslProtocols.Tls13);
        Assert.StartsWith("HTTP/1.1 200", await TlsLab.AskAsync(newest), StringComparison.Ordinal);
        await using var older = await lab.ConnectAsync(SslProtocols.Tls12);
        Assert.StartsWith("HTTP/1.1 200", await TlsLab.AskAsync(older), StringComparison.Ordinal);
        foreach (byte minor in (byte[])[0, 1, 2])
            Assert.Equal(FatalAlert, (await HelloAsync(lab, minor))[..6]);
        Assert.Equal(0x16, (await HelloAsync(lab, 3))[0]); // the same hello for 1.2 is answered: only the version was wrong
    }

    [Fact]
    public async Task The_least_version_is_kept()
    {
        await using var lab = await TlsLab.StartAsync("    min_version: \"1.3\"\n");
        await using var stream = await lab.ConnectAsync();
        Assert.Equal(SslProtocols.Tls13, stream.SslProtocol);
        await RefusedAsync(() => lab.ConnectAsync(SslProtocols.Tls12));
    }
    [Fact]
    public async Task Only_listed_ciphers_are_agreed_upon()
    {
        await using var lab = await TlsLab.StartAsync("    ciphers: [ECDHE-RSA-AES256-GCM-SHA384, TLS_AES_256_GCM_SHA384]\n", rsa: true);
        await using var listed = await lab.ConnectAsync(SslProtocols.Tls12, [TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]);
        Assert.Equal(TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, listed.NegotiatedCipherSuite);
        await RefusedAsync(() => lab.ConnectAsync(SslProtocols.Tls12, [TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]));
        await RefusedAsync(() => lab.ConnectAsync(SslProtocols.Tls12, [TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384]));
        await RefusedAsync(() => lab.ConnectAsync(SslProtocols.Tls13, [TlsCipherSuite.TLS_AES_128_GCM_SHA256]));
        await using var newest = await lab.ConnectAsync(SslProtocols.Tls13);
        Assert.Equal(TlsCipherSuite.TLS_AES_256_GCM_SHA384, newest.NegotiatedCipherSuite);
    }

    [Fact]
    public async Task A_list_for_the_older_version_leaves_the_newer_one_on()
    {
        await using var lab = await TlsLab.StartAsync("    ciphers: [ECDHE-ECDSA-AES256-GCM-SHA384]\n");
        await using var stream = await lab.ConnectAsync();
        Assert.Equal(SslProtocols.Tls13, stream.SslProtocol);
    }

    [Fact]
    public async Task Http_2_is_agreed_upon_by_ALPN_and_served()
    {
        await using var lab = await TlsLab.StartAsync();
        await using var stream = await lab.ConnectAsync(protocols: [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]);
        Assert.Equal(SslApplicationProtocol.Http2, stream.NegotiatedApplicationProtocol);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { lab.Certificates.Root }, RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        }) { BaseAddress = lab.Server.Address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await http.GetAsync("/healthz", Cancel);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        using var refused = await http.GetAsync(new Uri(lab.Server.Address, $"/a?{new string('x', 9000)}"), Cancel);
        Assert.Contains("query_too_large", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_gets_no_answer()
    {
        await using var lab = await TlsLab.StartAsync();
        var plain = new UriBuilder(lab.Server.Address) { Scheme = "http" }.Uri;
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(plain, "/healthz"), Cancel));
    }

    /// <summary>The first seven bytes of the answer to a hello of this version; this system's own library would not send it.</summary>
    private static async Task<byte[]> HelloAsync(TlsLab lab, byte minor)
    {
        byte[] extensions =
        [
            0, 10, 0, 6, 0, 4, 0, 23, 0, 24, // groups P-256, P-384
            0, 11, 0, 2, 1, 0, // uncompressed points
            0, 13, 0, 8, 0, 6, 4, 3, 4, 1, 2, 1, // ECDSA and RSA
        ];
        byte[] ciphers = [0xC0, 0x09, 0xC0, 0x13, 0xC0, 0x2B, 0xC0, 0x2F, 0x00, 0x2F]; // CBC as of old, GCM as of 1.2
        byte[] body = [3, minor, .. new byte[32], 0, 0, (byte)ciphers.Length, .. ciphers, 1, 0, 0, (byte)extensions.Length, .. extensions];
        byte[] hello = [1, 0, 0, (byte)body.Length, .. body];
        using var client = new TcpClient();
        await client.ConnectAsync(lab.Server.Address.Host, lab.Server.Address.Port, Cancel);
        await client.GetStream().WriteAsync((byte[])[0x16, 3, Math.Min(minor, (byte)1), 0, (byte)hello.Length, .. hello], Cancel);
        var answer = new byte[7];
        await client.GetStream().ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, Cancel);
        answer[1] = answer[2] = 0; // the version of the record is not the point
        return answer;
    }

    private static async Task RefusedAsync(Func<Task<SslStream>> connect)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var stream = await connect();
            // In TLS 1.3 the server's refusal may come with the first bytes.
            await TlsLab.AskAsync(stream);
        });
        Assert.True(refused is AuthenticationException or IOException, refused.ToString());
    }
}
