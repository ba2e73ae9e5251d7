using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Administration;

/// <summary>
/// The emergency of spec B6: nothing that any node or Redis remembers of users and their keys is believed any more.
/// Every user's standing gets a new version, fenced, which is what memories are compared with on each request; so it
/// holds on a node that the notice does not reach, too. The notice empties the memories besides.
/// </summary>
public sealed class CacheClearing(
    Database database, ICoordination coordination, AuditTrail audit, IEnumerable<IClearable> memories, TimeProvider time) : IHostedService
{
    private const string Topic = "caches-cleared";

    // An exchange takes as many questions, and a transaction should be short.
    private const int Batch = 64;

    private static readonly TimeSpan FenceFor = TimeSpan.FromMinutes(1);

    private readonly IClearable[] memories = [.. memories];
    private IDisposable? subscription;

    /// <summary>Clears everything everywhere; of how many users. Told first: what fails halfway is done again, not undone.</summary>
    /// <exception cref="CoordinationUnavailableException">Some users' copies may not have been dropped; try again.</exception>
    public async Task<long> ClearAsync(RequestOrigin origin, CancellationToken cancel)
    {
        await audit.RecordAsync(origin, new AuditEvent("caches_cleared"), cancel);
        long users = 0;
        for (var after = ""; await ClearAsync(after, cancel) is { Count: > 0 } cleared; after = cleared[^1].Id.ToString("D"))
        {
            users += cleared.Count;
        }

        Clear();
        await coordination.PublishAsync(Topic, "", cancel);
        return users;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        subscription = coordination.Subscribe(Topic, _ => Clear());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        subscription?.Dispose();
        return Task.CompletedTask;
    }

    private void Clear()
    {
        foreach (var memory in memories)
        {
            memory.Clear();
        }
    }

    private Task<IReadOnlyList<Bumped>> ClearAsync(string after, CancellationToken cancel) => database.WriteAsync(async t =>
    {
        var bumped = await t.QueryAsync<Bumped>(
            """
            UPDATE users SET version = version + 1
            WHERE id IN (SELECT id FROM users WHERE id > @after ORDER BY id LIMIT @Batch)
            RETURNING id, version
            """,
            new { after, Batch });
        if (bumped.Count > 0)
        {
            var until = time.GetUtcNow() + FenceFor;
            await coordination.ExchangeAsync(
                [.. bumped.Select(user => new FenceFact(StandingStore.ShardOf(user.Id), StandingStore.FactKey) { Least = user.Version, Until = until })],
                cancel);
        }

        // RETURNING promises no order.
        return (IReadOnlyList<Bumped>)[.. bumped.OrderBy(user => user.Id.ToString("D"), StringComparer.Ordinal)];
    }, cancel);

    private sealed record Bumped
    {
        public Guid Id { get; init; }
        public long Version { get; init; }
    }
}
