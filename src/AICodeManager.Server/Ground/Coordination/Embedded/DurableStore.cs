using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>The embedded store's table: written before a change is answered, read once, at the start.</summary>
internal sealed class DurableStore(Database database)
{
    // A clock that was set back a little, or a touch not yet written, must not cost a row that still counts.
    private const long SweepLag = 60_000;

    // Ends a hung database; the shard stays closed until then, for the write may still happen.
    private static readonly TimeSpan WriteBound = TimeSpan.FromSeconds(35);

    public async Task<IReadOnlyList<DurableRow>> LoadAsync(long now, CancellationToken cancel) => await database.ReadAsync(
        r => r.QueryAsync<DurableRow>("SELECT * FROM coordination_records WHERE over_at > @now ORDER BY shard, set_name, place", new { now }), cancel);

    /// <summary>Writes all rows or none. The caller's own patience does not end it: half of a change is worse than a late one.</summary>
    public async Task WriteAsync(IReadOnlyList<DurableRow> rows)
    {
        using var bound = new CancellationTokenSource(WriteBound);
        await database.WriteAsync(async t =>
        {
            foreach (var row in rows)
                await t.ExecuteAsync(row.OverAt == 0 ? Delete : Upsert, row);
        }, bound.Token);
    }

    public async Task WriteTouchesAsync(IReadOnlyList<LastSeen> touched)
    {
        using var bound = new CancellationTokenSource(WriteBound);
        var rows = touched.Select(seen => new { seen.Shard, Name = seen.Key, seen.At }).ToList();
        await database.WriteAsync(t => t.ExecuteAsync(Touch, rows), bound.Token);
    }

    public async Task SweepAsync(long now)
    {
        using var bound = new CancellationTokenSource(WriteBound);
        await database.WriteAsync(
            t => t.ExecuteAsync("DELETE FROM coordination_records WHERE over_at <= @before", new { before = now - SweepLag }), bound.Token);
    }

    private const string Delete = "DELETE FROM coordination_records WHERE shard = @Shard AND kind = @Kind AND name = @Name";

    private const string Upsert = """
        INSERT INTO coordination_records (shard, kind, name, set_name, place, data, version, ends_at, idle, seen_at, ended, over_at)
        VALUES (@Shard, @Kind, @Name, @SetName, @Place, @Data, @Version, @EndsAt, @Idle, @SeenAt, @Ended, @OverAt)
        ON CONFLICT (shard, kind, name) DO UPDATE SET
            set_name = excluded.set_name, place = excluded.place, data = excluded.data, version = excluded.version,
            ends_at = excluded.ends_at, idle = excluded.idle, seen_at = excluded.seen_at, ended = excluded.ended, over_at = excluded.over_at
        """;

    private const string Touch = """
        UPDATE coordination_records
        SET seen_at = @At, over_at = CASE WHEN ends_at - idle < @At THEN ends_at ELSE @At + idle END
        WHERE shard = @Shard AND kind = 'record' AND name = @Name AND ended = '' AND seen_at < @At
        """;
}
