using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;

namespace AICodeManager.Server.Keeping.Alerts.Smtp;

/// <summary>A connection to a mail server and the TLS on it. The platform judges the certificate; nothing turns that off.</summary>
internal sealed class SmtpConnection(SmtpSettings settings, SmtpPatience patience, Socket socket) : IAsyncDisposable
{
    private Stream stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>How this client names itself: it has no host name that a stranger could look up (RFC 5321 section 4.1.3).</summary>
    public string Name { get; } = socket.LocalEndPoint is IPEndPoint { Address: var address }
        ? Literal(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        : "[127.0.0.1]";

    public bool IsEncrypted => stream is SslStream;

    /// <exception cref="SmtpException"/>
    public static async Task<SmtpConnection> OpenAsync(SmtpSettings settings, SmtpPatience patience, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(patience.Connect);
        try
        {
            await socket.ConnectAsync(settings.Host, settings.Port, bound.Token);
            return new SmtpConnection(settings, patience, socket);
        }
        catch (Exception fault)
        {
            socket.Dispose();
            throw fault switch
            {
                SocketException away => new SmtpException($"connect: {away.SocketErrorCode}"),
                OperationCanceledException when !cancel.IsCancellationRequested => new SmtpException($"connect: no answer within {patience.Connect.TotalSeconds:0.#} s"),
                _ => fault,
            };
        }
    }

    /// <summary>What is written and read from here on, in the clear or within TLS.</summary>
    public SmtpLine Line() => new(stream, patience.Reply);

    /// <exception cref="SmtpException">No TLS in time, or a certificate that is not believed.</exception>
    public async Task EncryptAsync(CancellationToken cancel)
    {
        var problems = SslPolicyErrors.None;
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, _, _, errors) =>
        {
            problems = errors;
            return errors == SslPolicyErrors.None;
        });
        stream = tls;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(patience.Connect);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = settings.Host, CertificateChainPolicy = Policy() }, bound.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new SmtpException($"TLS: no answer within {patience.Connect.TotalSeconds:0.#} s");
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException)
        {
            throw new SmtpException(problems == SslPolicyErrors.None ? "TLS: no agreement" : $"TLS: the server's certificate is not believed ({problems})");
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    // Read for each connection: an authority may be renewed while the server runs.
    private X509ChainPolicy? Policy()
    {
        try
        {
            return TrustedAuthorities.Of(settings.CaFile);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SmtpException("TLS: the file of authorities (ca_file) cannot be read");
        }
    }

    private static string Literal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{new IPAddress(address.GetAddressBytes())}]" : $"[{address}]";
}
