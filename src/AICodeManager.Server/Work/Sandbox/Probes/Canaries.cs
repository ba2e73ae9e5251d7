using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>
/// What a sandbox must not find on the host: a file that everyone may read, a variable in the server's environment,
/// TCP listeners and an abstract Unix socket. All carry one token, so that whoever shows it has been there.
/// </summary>
internal sealed class Canaries : IAsyncDisposable
{
    private readonly string variable;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Socket> listeners = [];
    private readonly Task watching;
    private int touched;

    /// <param name="folder">An existing folder of this host.</param>
    public Canaries(string folder)
    {
        Token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        File = Path.Combine(folder, "canary");
        System.IO.File.WriteAllText(File, Token);
        Abstract = $"aicli-probe-{Token[..8]}";
        variable = $"AICLI_PROBE_{Token[..8]}";
        try
        {
            // A launcher that hands its own environment on hands this on.
            Environment.SetEnvironmentVariable(variable, Token);
            Listen(AddressFamily.Unix, new UnixDomainSocketEndPoint("\0" + Abstract));
            Ports = [Listen(AddressFamily.InterNetwork, new IPEndPoint(IPAddress.Loopback, 0)), Listen(AddressFamily.InterNetwork, new IPEndPoint(IPAddress.Any, 0))];
        }
        catch
        {
            Remove();
            throw;
        }

        watching = Task.WhenAll(listeners.Select(WatchAsync));
    }

    public string Token { get; }

    public string File { get; }

    public string Abstract { get; }

    public IReadOnlyList<int> Ports { get; }

    /// <summary>Someone connected and sent the token.</summary>
    public bool Touched => Volatile.Read(ref touched) != 0;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        Remove();
        stop.Dispose();
    }

    private void Remove()
    {
        foreach (var listener in listeners)
            listener.Dispose();
        Environment.SetEnvironmentVariable(variable, null);
        System.IO.File.Delete(File);
    }

    private int Listen(AddressFamily family, EndPoint at)
    {
        var listener = new Socket(family, SocketType.Stream, ProtocolType.Unspecified);
        listeners.Add(listener);
        listener.Bind(at);
        listener.Listen(16);
        return (listener.LocalEndPoint as IPEndPoint)?.Port ?? 0;
    }

    private async Task WatchAsync(Socket listener)
    {
        var buffer = new byte[64];
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync(stop.Token);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                patience.CancelAfter(TimeSpan.FromSeconds(1));
                try
                {
                    var count = await client.ReceiveAsync(buffer, patience.Token);
                    if (Encoding.ASCII.GetString(buffer, 0, count) == Token)
                        Interlocked.Exchange(ref touched, 1);
                }
                catch (Exception fault) when (fault is SocketException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
                {
                    // A stranger: ports of the host are looked at all the time.
                }
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // The probes are over.
        }
    }
}
