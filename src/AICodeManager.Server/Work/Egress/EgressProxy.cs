using System.Net;
using System.Net.Sockets;
using System.Text;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.Work.Egress;

/// <summary>
/// A way out for one sandbox: an HTTP proxy on a Unix socket that reaches exactly one host and port, whose addresses
/// it resolves and judges itself. Bounded in time, bytes and connections; every decision is told.
/// </summary>
public sealed class EgressProxy : IAsyncDisposable
{
    public const string SocketName = "proxy.sock";
    private const int MaxHead = 8 * 1024, MaxConnections = 16, MaxDecisions = 200;
    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(15), ConnectLimit = TimeSpan.FromSeconds(10);
    private readonly EgressRule rule;
    private readonly EgressResolver resolve;
    private readonly Func<EgressDecision, Task> tell;
    private readonly Socket listener;
    private readonly CancellationTokenSource end;
    private readonly SemaphoreSlim places = new(MaxConnections);
    private readonly Task accepting;
    private long bytesLeft;
    private int decisions;

    private EgressProxy(Socket listener, EgressRule rule, EgressResolver resolve, Func<EgressDecision, Task> tell, TimeProvider time)
    {
        (this.listener, this.rule, this.resolve, this.tell) = (listener, rule, resolve, tell);
        bytesLeft = rule.MaxBytes;
        end = new CancellationTokenSource(rule.Limit, time);
        accepting = AcceptAsync();
    }

    /// <summary>Opens the socket <see cref="SocketName"/> in a folder that exists and that only this sandbox sees.</summary>
    /// <param name="tell">Called for each decision, up to 200 of them.</param>
    public static EgressProxy Start(
        string folder, EgressRule rule, EgressResolver resolve, Func<EgressDecision, Task> tell, TimeProvider time)
    {
        var path = Path.Combine(folder, SocketName);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            // Whoever sees the folder may connect: inside the sandbox the user is another one.
            File.SetUnixFileMode(path, (UnixFileMode)0x1B6 /* 0666 */);
            listener.Listen(MaxConnections);
            return new EgressProxy(listener, rule, resolve, tell, time);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await accepting;
        for (var i = 0; i < MaxConnections; i++)
            await places.WaitAsync(CancellationToken.None);
        places.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await places.WaitAsync(end.Token);
                try
                {
                    _ = ServeAsync(await listener.AcceptAsync(end.Token));
                }
                catch
                {
                    places.Release();
                    throw;
                }
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The way is closed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await Task.Yield();
        try
        {
            using (client)
            {
                await ServeOneAsync(client);
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side went away, or the time was up.
        }
        finally
        {
            places.Release();
        }
    }

    private async Task ServeOneAsync(Socket client)
    {
        var (head, rest) = await ReadHeadAsync(client);
        if (head is null)
            return;
        if (ProxyHead.Parse(head) is not { } asked)
        {
            await RefuseAsync(client, "?", "malformed");
            return;
        }

        if (!rule.Names(asked.Authority) || (!asked.Tunnel && rule.Scheme != "http"))
        {
            await RefuseAsync(client, asked.Authority, "not_allowed");
            return;
        }

        var (origin, failure) = await ConnectAsync();
        if (origin is null)
        {
            await RefuseAsync(client, asked.Authority, failure!);
            return;
        }

        using (origin)
        {
            await TellAsync(new EgressDecision(asked.Authority, null));
            await (asked.Tunnel
                ? client.SendAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), end.Token)
                : origin.SendAsync(asked.Forward, end.Token));
            if (rest.Length > 0)
                await origin.SendAsync(rest, end.Token);
            await Task.WhenAll(PumpAsync(client, origin), PumpAsync(origin, client));
        }
    }

    // A probe that sends nothing is no request: null, and nothing is told.
    private async Task<(byte[]? Head, byte[] Beyond)> ReadHeadAsync(Socket client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        limit.CancelAfter(HeadLimit);
        var buffer = new byte[MaxHead];
        for (var read = 0; read < MaxHead;)
        {
            var more = await client.ReceiveAsync(buffer.AsMemory(read), limit.Token);
            if (more == 0)
                return (read == 0 ? null : buffer[..read], []);
            read += more;
            if (buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8) is >= 0 and var at)
                return (buffer[..(at + 4)], buffer[(at + 4)..read]);
        }

        return (buffer, []);
    }

    // The address that was judged is the one connected to: a name server that changes its mind gains nothing.
    private async Task<(Socket? Origin, string? Failure)> ConnectAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        limit.CancelAfter(ConnectLimit);
        try
        {
            var addresses = IPAddress.TryParse(rule.Host.Trim('[', ']'), out var literal) ? [literal] : await resolve(rule.Host, limit.Token);
            if (!rule.PrivateAllowed && !addresses.All(PublicAddress.Is))
                return (null, "private_address");
            foreach (var address in addresses)
            {
                var origin = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await origin.ConnectAsync(address, rule.Port, limit.Token);
                    return (origin, null);
                }
                catch (Exception fault) when (fault is SocketException or OperationCanceledException)
                {
                    origin.Dispose();
                }
            }

            return (null, addresses.Length == 0 ? "unresolved" : "unreachable");
        }
        catch (Exception fault) when (fault is SocketException || (fault is OperationCanceledException && !end.IsCancellationRequested))
        {
            return (null, "unresolved");
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, end.Token) is > 0 and var read)
            {
                if (Interlocked.Add(ref bytesLeft, -read) < 0)
                {
                    await TellAsync(new EgressDecision(rule.Host, "limit_reached"));
                    throw new IOException("The byte limit is reached.");
                }

                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), end.Token);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // The other direction must not wait for what will not come.
            from.Dispose();
            to.Dispose();
            throw;
        }
    }

    private async Task RefuseAsync(Socket client, string target, string reason)
    {
        await TellAsync(new EgressDecision(target.Length <= 200 ? target : target[..200], reason));
        await client.SendAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nX-Egress-Refused: {reason}\r\nConnection: close\r\n\r\n"),
            end.Token);
        client.Shutdown(SocketShutdown.Send);
    }

    private Task TellAsync(EgressDecision decision) =>
        Interlocked.Increment(ref decisions) <= MaxDecisions ? tell(decision) : Task.CompletedTask;
}
