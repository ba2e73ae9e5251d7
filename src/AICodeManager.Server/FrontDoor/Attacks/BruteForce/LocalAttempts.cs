using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Embedded;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>Counts in the memory of this process, within a bound, as an embedded store does.</summary>
public sealed class LocalAttempts(TimeProvider time) : IAttemptStore
{
    private readonly Lock gate = new();
    private readonly BucketTable table = new();

    public ValueTask AskAsync(IReadOnlyList<Question> questions, CancellationToken cancel)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (gate)
        {
            foreach (var question in questions)
            {
                table.Answer(question, now);
            }
        }

        return ValueTask.CompletedTask;
    }
}
