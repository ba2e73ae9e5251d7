using System.Buffers;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>
/// Syslog over TCP (RFC 6587 section 3.4.1) and TLS (RFC 5425), octets counted. Syslog has no receipt. What comes nearest is the
/// orderly end of a connection: this side ends its half and waits for the other's end, which a receiver that died or left
/// something unread does not give (its kernel resets the connection). So each batch has a connection of its own, and without
/// that end all of it is sent again.
/// </summary>
/// <param name="patience">For one whole batch.</param>
internal sealed class StreamSyslogSender(SyslogStream stream, SyslogMessages messages, TimeSpan patience) : IStreamSender
{
    private const int Portion = 64 * 1024, MostHeard = 64 * 1024;

    private static readonly TimeSpan Connect = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);

    public int MaxItems => 1_000;

    public int MaxBytes => 1024 * 1024;

    public async Task<SendResult> SendAsync(IReadOnlyList<StreamItem> batch, CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(patience);
        var step = "connect";
        var problems = SslPolicyErrors.None;
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using (var quick = CancellationTokenSource.CreateLinkedTokenSource(bound.Token))
            {
                quick.CancelAfter(Connect);
                await socket.ConnectAsync(stream.Address.Host, stream.Address.Port, quick.Token);
            }

            await using Stream plain = new NetworkStream(socket, ownsSocket: false);
            step = "TLS";
            await using var tls = stream.Address.Transport == SyslogTransport.Tls ? Tls(plain, errors => problems = errors) : null;
            if (tls is not null)
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = stream.Address.Host, CertificateChainPolicy = TrustedAuthorities.Of(stream.CaFile) }, bound.Token);
            }

            step = "send";
            await WriteAsync(tls ?? plain, batch, bound.Token);
            step = "end";
            if (tls is not null)
                await tls.ShutdownAsync();
            socket.Shutdown(SocketShutdown.Send);
            await HearTheEndAsync(tls ?? plain, bound.Token);
            return SendResult.Sent;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return SendResult.Later($"{stream.Address}: {step}: {(step == "end" ? "the receiver did not end the connection in time" : "not done in time")}");
        }
        catch (Exception fault) when (fault is SocketException or IOException or AuthenticationException or UnauthorizedAccessException or CryptographicException)
        {
            return SendResult.Later($"{stream.Address}: {step}: {Reason(fault, problems)}");
        }
    }

    private static SslStream Tls(Stream plain, Action<SslPolicyErrors> judged) => new(plain, leaveInnerStreamOpen: true, (_, _, _, errors) =>
    {
        judged(errors);
        return errors == SslPolicyErrors.None;
    });

    private async Task WriteAsync(Stream to, IReadOnlyList<StreamItem> batch, CancellationToken cancel)
    {
        var portion = new ArrayBufferWriter<byte>(Portion);
        foreach (var item in batch)
        {
            var message = messages.Of(item);
            portion.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Length} ")));
            portion.Write(message);
            if (portion.WrittenCount < Portion)
                continue;
            await to.WriteAsync(portion.WrittenMemory, cancel);
            portion.ResetWrittenCount();
        }

        await to.WriteAsync(portion.WrittenMemory, cancel);
        await to.FlushAsync(cancel);
    }

    private static async Task HearTheEndAsync(Stream from, CancellationToken cancel)
    {
        var heard = new byte[1024];
        for (var total = 0; total < MostHeard;)
        {
            var read = await from.ReadAsync(heard, cancel);
            if (read == 0)
                return;
            total += read;
        }

        throw new IOException("The receiver talks instead of ending the connection.");
    }

    private static string Reason(Exception fault, SslPolicyErrors problems) => fault switch
    {
        _ when problems != SslPolicyErrors.None => $"the receiver's certificate is not believed ({problems})",
        AuthenticationException => "no agreement",
        SocketException socket => $"{socket.SocketErrorCode}",
        IOException { InnerException: SocketException socket } => $"{socket.SocketErrorCode}",
        CryptographicException or UnauthorizedAccessException => "the file of authorities (ca_file) cannot be used",
        _ => "broken off",
    };
}
