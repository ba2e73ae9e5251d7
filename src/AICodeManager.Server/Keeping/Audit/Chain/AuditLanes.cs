using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// The chains of this process. SQLite writes one transaction at a time and has one; on PostgreSQL there are up to sixteen, as
/// many as ever commit at once, so that it can synchronise several commits together.
/// </summary>
public sealed class AuditLanes : IDisposable
{
    // Longer than the database takes for a statement before it gives up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);

    // With four, sixteen writers got two thirds of the throughput (bench audit). A lane that nobody needs opens no chain.
    private const int MostOnPostgres = 16;

    private readonly AuditLane[] lanes;
    private readonly ConcurrentStack<AuditLane> free;
    private readonly SemaphoreSlim turns;
    private readonly Database database;
    private readonly TimeProvider time;

    public AuditLanes(Database database, ChainKeys keys, AuditNode node, TimeProvider time)
    {
        (this.database, this.time) = (database, time);
        lanes = [.. Enumerable.Range(0, database.Kind == "sqlite" ? 1 : MostOnPostgres).Select(_ => new AuditLane(keys, node, time))];
        free = new ConcurrentStack<AuditLane>(lanes);
        turns = new SemaphoreSlim(lanes.Length, lanes.Length);
    }

    public void Dispose() => turns.Dispose();

    /// <summary>Where each open chain is, as the database has confirmed it.</summary>
    internal IReadOnlyList<ChainHead> Heads => [.. lanes.Select(lane => lane.Head).OfType<ChainHead>()];

    /// <summary>What this process knows of its own chains: a cut tail is missed at once.</summary>
    internal void Claim(ChainClaims claims)
    {
        foreach (var head in Heads)
        {
            claims.Add(head.ChainId, head.Sequence, head.Link, "this running server");
        }
    }

    /// <summary>A lane for one transaction, to be given back at its end.</summary>
    /// <exception cref="TimeoutException">None was free within 35 seconds.</exception>
    internal async Task<AuditLane> TakeAsync(CancellationToken cancel)
    {
        if (!await turns.WaitAsync(Patience, cancel))
        {
            throw new TimeoutException("The audit could not be written: others kept its chains busy for 35 seconds.");
        }

        return free.TryPop(out var lane) ? lane : throw new InvalidOperationException("There are fewer lanes than turns.");
    }

    internal void Give(AuditLane lane)
    {
        free.Push(lane);
        turns.Release();
    }

    /// <summary>
    /// Marks closed chains as named for good, so that later openings need not name them. In a transaction of its own and by
    /// their ids: openings of several nodes would wait for each other's rows in turn.
    /// </summary>
    internal async Task CoverAsync(CancellationToken cancel)
    {
        foreach (var (by, chain) in lanes.Select(lane => lane.TakeCovered()).SelectMany(of => of.Chains.Select(chain => (of.By, chain))).OrderBy(of => of.chain))
        {
            await database.WriteAsync(
                t => t.ExecuteAsync("UPDATE audit_chains SET covered_by = @by WHERE id = @chain AND covered_by IS NULL", new { by, chain }), cancel);
        }
    }

    /// <summary>Ends every open chain with an entry that says so. What is written afterwards opens others.</summary>
    /// <returns>The last heads.</returns>
    internal async Task<IReadOnlyList<ChainHead>> CloseAsync(CancellationToken cancel)
    {
        List<AuditLane> taken = [];
        List<ChainHead> ends = [];
        try
        {
            while (taken.Count < lanes.Length)
            {
                taken.Add(await TakeAsync(cancel));
            }

            foreach (var lane in taken.Where(lane => lane.Head is not null))
            {
                var closing = new ChainClosing(lane, time);
                await database.WriteAsync(
                    t =>
                    {
                        t.Enlist(lane, () => closing);
                        return Task.CompletedTask;
                    }, cancel);
                ends.Add(closing.Closed!);
            }
        }
        finally
        {
            taken.ForEach(Give);
        }

        return ends;
    }
}
