using AICodeManager.Server.Ground.Coordination;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// Counts with all nodes, and beside them for itself: while the shared store is away this node goes on alone with what it
/// has seen, in buckets as small as all nodes' are together. What it has seen includes what others refused, so that it errs
/// on the strict side.
/// </summary>
public sealed class SharedAttempts(ICoordination coordination, LocalAttempts alone) : IAttemptStore
{
    public async ValueTask AskAsync(IReadOnlyList<Question> questions, CancellationToken cancel)
    {
        // The shared store's answers take the place of these.
        await alone.AskAsync(questions, cancel);
        try
        {
            await coordination.ExchangeAsync(questions, cancel);
        }
        catch (CoordinationUnavailableException)
        {
            // Answered already.
        }
    }
}
