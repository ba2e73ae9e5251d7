using AICodeManager.Server.Ground.Coordination;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// Counts with all nodes. While the shared store is away this node counts alone, in buckets as small as all nodes' are
/// together and with nobody's good name: it never guesses in an attacker's favour.
/// </summary>
public sealed class SharedAttempts(ICoordination coordination, LocalAttempts alone) : IAttemptStore
{
    public async ValueTask AskAsync(IReadOnlyList<Question> questions, CancellationToken cancel)
    {
        try
        {
            await coordination.ExchangeAsync(questions, cancel);
        }
        catch (CoordinationUnavailableException)
        {
            await alone.AskAsync(questions, cancel);
        }
    }
}
