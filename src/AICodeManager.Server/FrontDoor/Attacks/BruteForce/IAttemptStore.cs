using AICodeManager.Server.Ground.Coordination;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>Where attempts are counted: with all nodes, or alone.</summary>
public interface IAttemptStore
{
    /// <summary>Asks what <see cref="GuessGuard"/> asks: buckets and members, all of one shard, as one step.</summary>
    ValueTask AskAsync(IReadOnlyList<Question> questions, CancellationToken cancel);
}
