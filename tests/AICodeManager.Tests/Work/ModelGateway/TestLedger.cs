using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Tests.Work.ModelGateway;

/// <summary>A budget in memory that remembers every reservation and settlement.</summary>
internal sealed class TestLedger(long? budget = null) : IBudgetLedger
{
    private readonly Lock guard = new();
    private readonly Dictionary<Guid, long> open = [];
    private readonly List<Settlement> settled = [];
    private readonly List<long> reserved = [];
    private long spent;
    private long mostCommitted;

    public sealed record Settlement(Guid Call, ModelUsage Usage, long Cost, string Outcome);

    public IReadOnlyList<Settlement> Settled
    {
        get { lock (guard) return [.. settled]; }
    }

    public IReadOnlyList<long> Reserved
    {
        get { lock (guard) return [.. reserved]; }
    }

    public int Open
    {
        get { lock (guard) return open.Count; }
    }

    /// <summary>The most that was spent and reserved at any moment.</summary>
    public long MostCommitted
    {
        get { lock (guard) return mostCommitted; }
    }

    public ValueTask<long?> RemainingAsync(CancellationToken cancel)
    {
        lock (guard)
            return ValueTask.FromResult(budget - spent - open.Values.Sum());
    }

    public ValueTask<bool> ReserveAsync(Guid callId, string model, long microUsd, CancellationToken cancel)
    {
        lock (guard)
        {
            if (budget - spent - open.Values.Sum() < microUsd)
                return ValueTask.FromResult(false);
            open.Add(callId, microUsd);
            reserved.Add(microUsd);
            mostCommitted = Math.Max(mostCommitted, spent + open.Values.Sum());
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask SettleAsync(Guid callId, ModelUsage usage, long costMicroUsd, string outcome, CancellationToken cancel)
    {
        lock (guard)
        {
            Assert.True(open.Remove(callId), "A call was settled that holds no reservation.");
            spent += costMicroUsd;
            mostCommitted = Math.Max(mostCommitted, spent + open.Values.Sum());
            settled.Add(new Settlement(callId, usage, costMicroUsd, outcome));
            return ValueTask.CompletedTask;
        }
    }
}
