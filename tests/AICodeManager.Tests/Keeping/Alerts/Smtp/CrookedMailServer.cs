using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AICodeManager.Tests.Keeping.Alerts.Smtp;

/// <summary>A mail server that says what a test wants, one text for the connection and one for each line it is sent, and remembers the lines.</summary>
internal sealed class CrookedMailServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Task serving;

    public CrookedMailServer(params string[] says)
    {
        listener.Start();
        serving = ServeAsync(says);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public List<string> Heard { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        try
        {
            await serving;
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client left, or nobody came.
        }

        end.Dispose();
    }

    private async Task ServeAsync(string[] says)
    {
        using var client = await listener.AcceptTcpClientAsync(end.Token);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        foreach (var text in says)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text), end.Token);
            if (await reader.ReadLineAsync(end.Token) is not { } line)
                return;
            Heard.Add(line);
        }

        // And nothing more, for as long as the client stays.
        await reader.ReadToEndAsync(end.Token);
    }
}
