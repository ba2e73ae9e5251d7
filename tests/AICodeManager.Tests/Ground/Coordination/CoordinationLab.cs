using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Embedded;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Coordination.Redis;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Ground.Coordination;

/// <summary>A store of any kind, a clock to move, and a shard of the test's own.</summary>
public sealed class CoordinationLab : IAsyncDisposable
{
    public static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly TempFolder folder = new();
    private readonly Database? database;

    private CoordinationLab(ICoordination store, FakeClock clock, Database? database) => (Store, Clock, this.database) = (store, clock, database);

    /// <summary>The stores that must behave alike.</summary>
    public static TheoryData<string> Stores => ["sqlite", "postgresql", "redis"];

    public ICoordination Store { get; }

    public FakeClock Clock { get; }

    public string Shard { get; } = Guid.NewGuid().ToString("N");

    public static async Task<CoordinationLab> OpenAsync(string kind, PostgresServer postgres, SharedRedis redis)
    {
        var clock = new FakeClock();
        if (kind == "redis")
        {
            // A busy machine must not look like an outage here; the tests of outages keep the real bound.
            var connected = new RedisCoordination(redis.Server.Options with { Bound = TimeSpan.FromSeconds(20) }, clock, NullLogger<RedisCoordination>.Instance);
            await connected.StartAsync(Cancel);
            return new(connected, clock, null);
        }

        var folder = new TempFolder();
        var database = await Databases.NewAsync(kind, postgres, folder);
        return new(await EmbeddedAsync(database, clock), clock, database);
    }

    public static async Task<EmbeddedCoordination> EmbeddedAsync(Database database, TimeProvider clock, EmbeddedLimits? limits = null)
    {
        var embedded = new EmbeddedCoordination(database, clock, NullLogger<EmbeddedCoordination>.Instance, limits);
        await embedded.StartAsync(Cancel);
        return embedded;
    }

    /// <summary>Asks one question and gives it back with its answer.</summary>
    public async Task<T> AskAsync<T>(T question) where T : Question
    {
        await Store.ExchangeAsync([question], Cancel);
        return question;
    }

    public OpenRecord Opening(string key, string data = "data", int limit = 5, string set = "sessions", TimeSpan? ends = null, TimeSpan? idle = null) =>
        Ask.Opening(Shard, key, Clock.UtcNow, data, limit, set, ends, idle);

    public async Task<StoredRecord?> TouchAsync(string key) => (await AskAsync(new TouchRecord(Shard, key))).Answer;

    public async Task<StoredRecord?> ReadAsync(string key) => (await AskAsync(new ReadRecord(Shard, key))).Answer;

    public async Task<string[]> ListAsync(string set = "sessions") => [.. (await AskAsync(new ListSet(Shard, set))).Answer.Select(r => r.Key)];

    public async Task<bool> MarkedAsync(string key) => (await AskAsync(new IsMarked(Shard, key))).Answer;

    public async Task<string?> FactAsync(string key) => (await AskAsync(new ReadFact(Shard, key))).Answer;

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)Store).DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
    }
}

/// <summary>Questions with everything that a test does not care for filled in.</summary>
public static class Ask
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static OpenRecord Opening(
        string shard, string key, DateTimeOffset now, string data = "data", int limit = 5, string set = "sessions", TimeSpan? ends = null, TimeSpan? idle = null) =>
        new(shard, key)
        {
            Set = set,
            Data = data,
            EndsAt = now + (ends ?? TimeSpan.FromMinutes(30)),
            Idle = idle ?? TimeSpan.FromMinutes(15),
            Limit = limit,
            EvictedReason = "evicted",
            TombstoneFor = Hour,
        };

    public static EndRecord Ending(string shard, string key, TimeSpan? keep = null) => new(shard, key) { Reason = "signed_out", TombstoneFor = keep ?? Hour };
}
