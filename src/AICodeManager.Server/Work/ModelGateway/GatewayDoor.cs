using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>An open socket of one task. Disposing it ends its calls, settles them and removes the socket.</summary>
/// <remarks>A bare Kestrel without host or container: what stands in front of a sandbox is the framework's own HTTP parser with its limits.</remarks>
public sealed class GatewayDoor : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource closing = new();
    private readonly DoorTally tally = new();
    private readonly KestrelServer server;
    private readonly CallHandler calls;
    private readonly string path;
    private int closed;

    private GatewayDoor(GatewayOptions options, GatewayLease lease, UpstreamClient upstream, GatewayMetrics? metrics, TimeProvider time, ILogger log)
    {
        SocketFolder = lease.SocketFolder;
        path = SocketFile.Prepare(lease.SocketFolder);
        calls = new CallHandler(options, lease, upstream, tally, metrics, time, log, closing.Token);
        var kestrel = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices };
        kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http1);
        Limit(kestrel.Limits, options);

        // Kestrel's own log may quote a malformed request, which is content.
        server = new KestrelServer(
            Options.Create(kestrel),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions { IOQueueCount = 1, Backlog = 64 }), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>The folder that holds <c>model.sock</c>.</summary>
    public string SocketFolder { get; }

    /// <summary>Why the last call failed; null after a success.</summary>
    public UpstreamFault? LastFault => tally.LastFault;

    public GatewayCounters Counters => tally.Counters;

    internal static async Task<GatewayDoor> OpenAsync(
        GatewayOptions options, GatewayLease lease, UpstreamClient upstream, GatewayMetrics? metrics, TimeProvider time, ILogger log,
        CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        var door = new GatewayDoor(options, lease, upstream, metrics, time, log);
        try
        {
            await door.server.StartAsync(door.calls, cancel);
            SocketFile.Share(door.path);
        }
        catch
        {
            await door.DisposeAsync();
            throw;
        }

        GatewayLog.Opened(log, lease.Label, (long)time.GetElapsedTime(start).TotalMilliseconds);
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0)
            return;
        await closing.CancelAsync();
        using (var limit = new CancellationTokenSource(CloseTimeout))
            await server.StopAsync(limit.Token);
        server.Dispose();
        calls.Dispose();
        File.Delete(path);
        closing.Dispose();
    }

    private static void Limit(KestrelServerLimits limits, GatewayOptions options)
    {
        limits.MaxRequestBodySize = options.MaxRequestBytes;
        limits.MaxConcurrentConnections = options.MaxConcurrentCalls * 4L;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestLineSize = 4 << 10;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 32 << 10;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1_024, gracePeriod: TimeSpan.FromSeconds(10));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));
    }

    private static readonly ServiceProvider NoServices = new ServiceCollection().BuildServiceProvider();
}
