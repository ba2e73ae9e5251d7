using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// Which of the edge's refusals the audit is told of. They come before every limit, as fast as a client can open
/// connections: told of one by one they would fill the database, and crowd out what others do. Within ten minutes
/// a network's first thousand are told of, and five thousand of all networks together. The rest is counted.
/// </summary>
public sealed class EdgeRecords(TimeProvider time)
{
    private const int MostOfNetwork = 1000, MostOfAll = 5000;

    private static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    private readonly Tallies<ClientNetwork> ofNetwork = new(Within, time);
    private readonly Tallies<bool> ofAll = new(Within, time);
    private long untold;

    /// <summary>The refusal, with how many were not told of before it, or marked as not to be told of.</summary>
    public Refusal Sampled(HttpContext context, Refusal refusal)
    {
        if (ofNetwork.Add(ClientNetwork.Of(context)).Count > MostOfNetwork || ofAll.Add(true).Count > MostOfAll)
        {
            Interlocked.Increment(ref untold);
            return refusal with { Unrecorded = true };
        }

        return Interlocked.Exchange(ref untold, 0) is > 0 and var many
            ? refusal with { PrivateDetails = new Dictionary<string, object?> { ["untold"] = many } }
            : refusal;
    }
}
