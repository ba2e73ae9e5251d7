namespace AICodeManager.Server.Ground.Coordination.Embedded;

// From the start to the end: loading, writing touches behind, sweeping.
public sealed partial class EmbeddedCoordination
{
    /// <summary>Times of touches are this old in the database at most; a crash idles records out that much earlier.</summary>
    private static readonly TimeSpan WriteTouchesEvery = TimeSpan.FromSeconds(5);

    private const int RoundsToASweep = 6;

    private readonly CancellationTokenSource ending = new();
    private Task keeping = Task.CompletedTask;
    private long? cleared;

    /// <summary>Reads back what a restart must not forget. Before that every exchange is refused.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var now = Now();
        foreach (var row in await store.LoadAsync(now, cancel))
            Load(row, now);
        claims.Start();
        loaded = true;
        keeping = KeepAsync(ending.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (ending.IsCancellationRequested)
            return;
        await ending.CancelAsync();
        await keeping;
        await WriteTouchesAsync();
        loaded = false;
        await claims.EndAsync();
        ending.Dispose();
    }

    /// <summary>Writes the times of touches that the database does not have yet.</summary>
    internal async Task WriteTouchesAsync()
    {
        var taken = touches.Take();
        foreach (var seen in taken)
            seen.Unwritten = false;
        if (taken.Count == 0)
            return;
        try
        {
            await store.WriteTouchesAsync(taken);
        }
        catch (Exception fault)
        {
            // Only idle times suffer, and only by a restart before the next try.
            touches.PutBack(taken);
            LogUnkept(log, fault);
        }
    }

    /// <summary>Drops what is over, from memory and from the database.</summary>
    internal async Task SweepAsync()
    {
        var now = await SweepMemoryAsync();
        // There are as many as signed requests: they do not wait for the rest's hour.
        await store.SweepAsync(now, DurableRow.ClaimKind);
        if (cleared is { } last && time.GetElapsedTime(last) < limits.ClearEvery)
            return;
        cleared = time.GetTimestamp();
        await store.SweepAsync(now, kind: "");
    }

    /// <returns>The time that it went by.</returns>
    internal async Task<long> SweepMemoryAsync()
    {
        var now = Now();
        foreach (var (name, shard) in shards)
        {
            // A shard in the middle of a change is left to the next sweep.
            if (!await shard.Gate.WaitAsync(TimeSpan.Zero))
                continue;
            lock (shard.Lock)
            {
                Sweep(shard, now);
                if (shard.IsEmpty)
                {
                    shard.Retired = true;
                    shards.TryRemove(name, out _);
                }
            }

            shard.Gate.Release();
        }

        windows.Sweep(now);
        if (held.TakeExcessOfMarks() is { } excess)
            LogManyMarks(log, excess);
        return now;
    }

    /// <summary>Shards in memory.</summary>
    internal int Shards => shards.Count;

    private void Sweep(Shard shard, long now)
    {
        var (records, marks, claims, fences) = (shard.Records.Count, shard.Marks.Count, shard.Claims.Count, shard.Facts.Fences);
        foreach (var (key, entry) in shard.Records)
        {
            if (entry.IsKnown(now))
                continue;
            shard.Records.Remove(key);
            if (shard.Sets.TryGetValue(entry.Set, out var keys) && keys.Remove(key) && keys.Count == 0)
                shard.Sets.Remove(entry.Set);
        }

        foreach (var (key, until) in shard.Marks)
        {
            if (now >= until)
                shard.Marks.Remove(key);
        }

        foreach (var (key, claim) in shard.Claims)
        {
            if (!claim.Blocks(now))
                shard.Claims.Remove(key);
        }

        // Room once needed by a burst would stay with its user for ever.
        if (shard.Claims.Capacity > 256 && shard.Claims.Count < shard.Claims.Capacity / 4)
            shard.Claims.TrimExcess();

        shard.Facts.Sweep(now);
        held.Add(shard.Records.Count - records, shard.Marks.Count - marks, shard.Claims.Count - claims);
        held.AddFences(shard.Facts.Fences - fences);
    }

    private void Load(DurableRow row, long now)
    {
        var shard = Find(row.Shard, make: true);
        switch (row.Kind)
        {
            case DurableRow.RecordKind when row.ToRecord() is var entry && entry.IsKnown(now):
                shard.Records[row.Name] = entry;
                held.Add(1, 0, 0);
                if (!entry.IsLive(now))
                    break;
                if (!shard.Sets.TryGetValue(entry.Set, out var keys))
                    shard.Sets[entry.Set] = keys = [];
                keys.Add(row.Name);
                break;
            case DurableRow.MarkKind:
                shard.Marks[row.Name] = row.OverAt;
                held.Add(0, 1, 0);
                break;
            case DurableRow.ClaimKind:
                shard.Claims[row.Name] = row.ToClaim();
                held.Add(0, 0, 1);
                break;
        }
    }

    private async Task KeepAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(WriteTouchesEvery);
        for (var round = 1; ; round++)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(cancel))
                    return;
                await WriteTouchesAsync();
                if (round % RoundsToASweep == 0)
                    await SweepAsync();
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogUnkept(log, fault);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{count} revocations stand, more than jwt.blacklist.max_entries expects; none is dropped")]
    private static partial void LogManyMarks(ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "Housekeeping of sessions and revocations failed; it is tried again")]
    private static partial void LogUnkept(ILogger logger, Exception fault);
}
