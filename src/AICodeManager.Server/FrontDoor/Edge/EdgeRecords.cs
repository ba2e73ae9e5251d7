using AICodeManager.Server.FrontDoor.Attacks;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// Which of the edge's refusals the audit is told of. They come before every limit, as fast as a client can open
/// connections: told of one by one they would fill the database, and crowd out what others do. A network's first thousand
/// are told of, then one a second; of all networks together five thousand, then ten a second. The rest is counted.
/// </summary>
public sealed class EdgeRecords(TimeProvider time)
{
    private readonly CoarseBuckets ofNetwork = new(1, 1000, 1 << 12, time);
    private readonly CoarseBuckets ofAll = new(10, 5000, 1, time);
    private long untold;

    /// <summary>The refusal, with how many were not told of before it, or marked as not to be told of.</summary>
    public Refusal Sampled(HttpContext context, Refusal refusal)
    {
        if (!ofNetwork.TryTake(ClientNetwork.Of(context).Bits, out _) || !ofAll.TryTake(0, out _))
        {
            Interlocked.Increment(ref untold);
            return refusal with { Unrecorded = true };
        }

        return Interlocked.Exchange(ref untold, 0) is > 0 and var many
            ? refusal with { PrivateDetails = new Dictionary<string, object?> { ["untold"] = many } }
            : refusal;
    }
}
