namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Opens a door for each task. All doors share one upstream and its connections.</summary>
public sealed class GatewayHost : IDisposable
{
    private readonly GatewayOptions options;
    private readonly UpstreamClient upstream;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly GatewayMetrics? metrics;

    /// <param name="metrics">Null where nobody counts.</param>
    /// <exception cref="ArgumentException">The options are at fault; the text names all faults.</exception>
    public GatewayHost(GatewayOptions options, TimeProvider time, ILogger<GatewayHost> log, GatewayMetrics? metrics = null)
    {
        if (options.Faults().ToList() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        this.options = options;
        this.time = time;
        this.log = log;
        this.metrics = metrics;
        upstream = new UpstreamClient(options);
    }

    /// <summary>Why no task can be started at all; null when the model is configured.</summary>
    public UpstreamFault? NotConfigured => options.LacksKey
        ? new UpstreamFault(FaultKinds.ModelNotConfigured, "No model is configured: set ANTHROPIC_API_KEY, or point ANTHROPIC_BASE_URL to another upstream.")
        : null;

    /// <summary>Listens on <c>model.sock</c> in the lease's folder. After a restart of the server the same lease may be opened again.</summary>
    /// <exception cref="ArgumentException">The folder is missing or its path too long for a socket.</exception>
    /// <exception cref="IOException">The socket is in use.</exception>
    public Task<GatewayDoor> OpenAsync(GatewayLease lease, CancellationToken cancel) =>
        GatewayDoor.OpenAsync(options, lease, upstream, metrics, time, log, cancel);

    public void Dispose() => upstream.Dispose();
}
