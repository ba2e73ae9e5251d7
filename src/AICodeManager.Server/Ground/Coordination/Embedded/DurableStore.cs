using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>The embedded store's table: written before a change is answered, read once, at the start.</summary>
internal sealed class DurableStore(Database database)
{
    // A clock that was set back a little, or a touch not yet written, must not cost a row that still counts.
    private const long SweepLag = 60_000;

    private const int SweepPortion = 5000;

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

    /// <summary>Writes claims that are all of different names: all or none, many with each statement.</summary>
    public async Task WriteClaimsAsync(List<DurableRow> rows)
    {
        using var bound = new CancellationTokenSource(WriteBound);
        await database.WriteAsync(async t =>
        {
            for (var done = 0; done < rows.Count;)
            {
                var many = ClaimInsert.SizeFor(rows.Count - done);
                await t.ExecuteAsync(ClaimInsert.Text(many), ClaimInsert.Arguments(rows, done, many));
                done += many;
            }
        }, bound.Token);
    }

    /// <summary>Deletes what is over, of one kind or (empty) of all; in portions, so that nobody waits long for the write lock.</summary>
    public async Task SweepAsync(long now, string kind)
    {
        for (var gone = SweepPortion; gone == SweepPortion;)
        {
            using var bound = new CancellationTokenSource(WriteBound);
            gone = await database.WriteAsync(
                t => t.ExecuteAsync(Sweep, new { before = now - SweepLag, kind, portion = SweepPortion }), bound.Token);
        }
    }

    private const string Delete = "DELETE FROM coordination_records WHERE shard = @Shard AND kind = @Kind AND name = @Name";

    private const string Upsert = """
        INSERT INTO coordination_records (shard, kind, name, set_name, place, data, version, ends_at, idle, seen_at, ended, over_at)
        VALUES (@Shard, @Kind, @Name, @SetName, @Place, @Data, @Version, @EndsAt, @Idle, @SeenAt, @Ended, @OverAt)
        ON CONFLICT (shard, kind, name) DO UPDATE SET
            set_name = excluded.set_name, place = excluded.place, data = excluded.data, version = excluded.version,
            ends_at = excluded.ends_at, idle = excluded.idle, seen_at = excluded.seen_at, ended = excluded.ended, over_at = excluded.over_at
        """;

    // The end is asked for twice: a row that is claimed anew beside the choosing must not be deleted for what it was.
    private const string Sweep = """
        DELETE FROM coordination_records
        WHERE over_at <= @before AND (shard, kind, name) IN (
            SELECT shard, kind, name FROM coordination_records
            WHERE over_at <= @before AND (@kind = '' OR kind = @kind) ORDER BY over_at LIMIT @portion)
        """;

    private const string Touch = """
        UPDATE coordination_records
        SET seen_at = @At, over_at = CASE WHEN ends_at - idle < @At THEN ends_at ELSE @At + idle END
        WHERE shard = @Shard AND kind = 'record' AND name = @Name AND ended = '' AND seen_at < @At
        """;
}
