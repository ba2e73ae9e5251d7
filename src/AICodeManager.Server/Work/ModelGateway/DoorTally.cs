namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>What went through a door since it was opened.</summary>
/// <param name="Forwarded">Calls that were sent upstream.</param>
/// <param name="Refused">Calls that the gateway itself refused.</param>
public sealed record GatewayCounters(long Forwarded, long Refused, long InputTokens, long OutputTokens, long CostMicroUsd);

/// <summary>The mutable side of <see cref="GatewayCounters"/> and of the last fault.</summary>
internal sealed class DoorTally
{
    private long forwarded;
    private long refused;
    private long input;
    private long output;
    private long cost;
    private volatile UpstreamFault? lastFault;

    public UpstreamFault? LastFault => lastFault;

    public GatewayCounters Counters => new(
        Interlocked.Read(ref forwarded), Interlocked.Read(ref refused),
        Interlocked.Read(ref input), Interlocked.Read(ref output), Interlocked.Read(ref cost));

    public void Succeeded() => lastFault = null;

    public void Failed(UpstreamFault? fault) => lastFault = fault ?? lastFault;

    public void Refused(UpstreamFault? fault)
    {
        Interlocked.Increment(ref refused);
        Failed(fault);
    }

    public void Settled(ModelUsage usage, long microUsd)
    {
        Interlocked.Increment(ref forwarded);
        Interlocked.Add(ref input, usage.InputTokens + usage.CacheWriteTokens + usage.CacheReadTokens);
        Interlocked.Add(ref output, usage.OutputTokens);
        Interlocked.Add(ref cost, microUsd);
    }
}
