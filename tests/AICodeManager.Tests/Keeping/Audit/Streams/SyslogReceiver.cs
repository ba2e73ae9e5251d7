using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AICodeManager.Tests.Keeping.Audit.Streams;

/// <summary>A receiver of counted octets, well behaved or not, with TLS or without.</summary>
internal sealed class SyslogReceiver : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly X509Certificate2? certificate;
    private readonly CancellationTokenSource over = new();
    private readonly Task serving;

    private SyslogReceiver(IPAddress address, X509Certificate2? certificate, Func<Stream, TcpClient, Task>? behaviour)
    {
        listener = new TcpListener(address, 0);
        listener.Start();
        this.certificate = certificate;
        Behaviour = behaviour ?? TakeAllAsync;
        serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What the next connections meet.</summary>
    public Func<Stream, TcpClient, Task> Behaviour { get; set; }

    /// <summary>The messages of connections that were read to their end.</summary>
    public List<string> Messages { get; } = [];

    public int Connections { get; private set; }

    public static SyslogReceiver Start(Func<Stream, TcpClient, Task>? behaviour = null, X509Certificate2? certificate = null, IPAddress? address = null) =>
        new(address ?? IPAddress.Loopback, certificate, behaviour);

    /// <summary>Reads to the end and then ends its own half, as a syslog server does.</summary>
    public async Task TakeAllAsync(Stream stream, TcpClient client)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, over.Token);
        lock (Messages)
            Messages.AddRange(Split(all.ToArray()));
    }

    /// <summary>Reads a little and dies: the kernel finds unread data and resets.</summary>
    public async Task DieAfterAsync(Stream stream, TcpClient client, int bytes)
    {
        await stream.ReadExactlyAsync(new byte[bytes], over.Token);
        client.Client.Close(0);
    }

    /// <summary>Takes the connection and reads nothing until the test is over.</summary>
    public Task StallAsync(Stream stream, TcpClient client) => Task.Delay(Timeout.Infinite, over.Token);

    /// <summary>Reads all and does not end the connection.</summary>
    public async Task HoldAsync(Stream stream, TcpClient client)
    {
        await stream.CopyToAsync(Stream.Null, over.Token);
        await Task.Delay(Timeout.Infinite, over.Token);
    }

    public static List<string> Split(byte[] octets)
    {
        List<string> messages = [];
        for (var at = 0; at < octets.Length;)
        {
            var space = Array.IndexOf(octets, (byte)' ', at);
            var length = int.Parse(Encoding.ASCII.GetString(octets, at, space - at));
            messages.Add(Encoding.UTF8.GetString(octets, space + 1, length));
            at = space + 1 + length;
        }

        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Stop();
        await serving;
        over.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(over.Token);
                Connections++;
                open.Add(ServeAsync(client));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(certificate);
                    stream = tls;
                }

                await using (stream)
                    await Behaviour(stream, client);
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
            {
                // The sender went, did not believe the certificate, or the test is over.
            }
        }
    }
}
