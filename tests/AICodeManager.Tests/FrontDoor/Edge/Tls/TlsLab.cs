using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AICodeManager.Server.FrontDoor.Edge.Tls;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Edge.Tls;

/// <summary>A real server over TLS, with files that a test replaces, and clients that shake hands with it.</summary>
internal sealed class TlsLab : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder;

    private TlsLab(TempFolder folder, TestCertificates certificates, LiveServer server) => (this.folder, Certificates, Server) = (folder, certificates, server);

    public TestCertificates Certificates { get; }

    public LiveServer Server { get; }

    public TlsKeeper Keeper => Server.Services.GetRequiredService<TlsKeeper>();

    public string Chain => folder.File("cert.pem");

    public string Key => folder.File("key.pem");

    /// <summary>What the server was configured with, for others that read it.</summary>
    public string Config => folder.File("config.yml");

    /// <param name="tls">Further keys of <c>security.tls</c>.</param>
    public static async Task<TlsLab> StartAsync(string tls = "", bool rsa = false, Action<IEndpointRouteBuilder>? routes = null)
    {
        var (folder, certificates) = (new TempFolder(), new TestCertificates());
        var (chain, key) = certificates.Server("first", rsa);
        await File.WriteAllTextAsync(folder.File("cert.pem"), chain, Cancel);
        await File.WriteAllTextAsync(folder.File("key.pem"), key, Cancel);
        var config = $"security:\n  tls:\n    enabled: true\n    cert_file: {folder.File("cert.pem")}\n    key_file: {folder.File("key.pem")}\n{tls}";
        await File.WriteAllTextAsync(folder.File("config.yml"), config, Cancel);
        return new TlsLab(folder, certificates, await LiveServer.StartAsync(config: config, routes: routes));
    }

    /// <summary>Shakes hands; the server's certificate must chain to the test's root by what the server itself sends.</summary>
    /// <exception cref="AuthenticationException">Client and server found nothing in common.</exception>
    /// <exception cref="IOException">The server hung up.</exception>
    public async Task<SslStream> ConnectAsync(
        SslProtocols versions = SslProtocols.None, IReadOnlyList<TlsCipherSuite>? ciphers = null, params SslApplicationProtocol[] protocols)
    {
        var client = new TcpClient();
        await client.ConnectAsync(Server.Address.Host, Server.Address.Port, Cancel);
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = versions,
            ApplicationProtocols = [.. protocols],
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { Certificates.Root },
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            },
        };
        if (ciphers is not null && !OperatingSystem.IsWindows())
            options.CipherSuitesPolicy = new CipherSuitesPolicy(ciphers);
        await stream.AuthenticateAsClientAsync(options, Cancel);
        return stream;
    }

    /// <summary>Asks over a connection that stays.</summary>
    public static async Task<string> AskAsync(SslStream stream, string path = "/healthz")
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"), Cancel);
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancel));
    }

    public static string NameOf(SslStream stream) => new X509Certificate2(stream.RemoteCertificate!).GetNameInfo(X509NameType.SimpleName, false);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Certificates.Dispose();
        folder.Dispose();
    }
}
