using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>
/// What an exchange would make of a shard: planned in full, then written to the database, then applied in one step.
/// Until then nobody sees any of it, and a failed write leaves nothing behind.
/// </summary>
internal sealed class ShardDraft(string name, Shard shard, long now, TouchLog touches)
{
    private readonly Dictionary<string, RecordEntry?> records = [];
    private readonly Dictionary<string, List<string>> sets = [];
    private readonly Dictionary<string, long> marks = [];
    private readonly Dictionary<string, ClaimEntry?> claims = [];
    private readonly Dictionary<string, ClaimEntry> reserved = [];
    private readonly List<Action> answers = [];

    public long Now => now;

    /// <summary>Plans one question; its answer is given by <see cref="Apply"/>.</summary>
    /// <remarks>Under the shard's lock, with its gate held.</remarks>
    public void Ask(Question question)
    {
        switch (question)
        {
            case TouchRecord touch:
                Tell(Record(touch.Key) is { } touched ? touches.Touch(touched, now) : null, told => touch.Answer = told);
                break;
            case ReadRecord read:
                Tell(Record(read.Key)?.AsIs(), told => read.Answer = told);
                break;
            case ListSet list:
                Tell(LiveKeys(list.Key).ConvertAll(key => Record(key)!.AsIs()), told => list.Answer = told);
                break;
            case OpenRecord open:
                Tell(Open(open), told => open.Evicted = told);
                break;
            case ReplaceRecord replace:
                Tell(Replace(replace), told => replace.Done = told);
                break;
            case EndRecord end:
                Tell(Live(end.Key) is null ? null : End(end.Key, end.Reason, end.TombstoneFor), told => end.Ended = told);
                break;
            case EndSet end:
                var ending = LiveKeys(end.Key).FindAll(key => key != end.ExceptKey);
                Tell(ending.ConvertAll(key => End(key, end.Reason, end.TombstoneFor)), told => end.Ended = told);
                break;
            case SetMark mark:
                Mark(mark.Key, mark.Until.ToUnixTimeMilliseconds());
                break;
            case IsMarked mark:
                Tell(Until(mark.Key) is { } until && now < until, told => mark.Answer = told);
                break;
            case Claim claim:
                Tell(Grant(claim), told => (claim.Granted, claim.Held) = told);
                break;
            case Take take:
                Tell(Taken(take.Key), told => take.Answer = told);
                break;
            default:
                throw new InvalidOperationException($"A {question.GetType().Name} has nothing to plan.");
        }
    }

    /// <summary>What the database must have before <see cref="Apply"/>.</summary>
    /// <exception cref="CoordinationUnavailableException">There is no room.</exception>
    public List<DurableRow> Rows(Occupancy held)
    {
        held.Demand(More(records, shard.Records), marks.Count(m => !shard.Marks.ContainsKey(m.Key)), More(claims, shard.Claims));
        List<DurableRow> rows = [];
        rows.AddRange(records.Select(r => DurableRow.OfRecord(name, r.Key, r.Value)));
        rows.AddRange(marks.Select(m => DurableRow.OfMark(name, m.Key, m.Value)));
        foreach (var (key, claim) in claims)
        {
            if (claim is { Durable: true } || shard.Claims.GetValueOrDefault(key) is { Durable: true })
                rows.Add(DurableRow.OfClaim(name, key, claim is { Durable: true } ? claim : null));
        }

        return rows;
    }

    /// <summary>
    /// Holds the claims that are given or taken against those who claim without the gate, until <see cref="Apply"/> or
    /// <see cref="Abandon"/>. Under the same lock as the plan.
    /// </summary>
    public void Reserve(Occupancy held)
    {
        foreach (var (key, planned) in claims)
        {
            var before = shard.Claims.GetValueOrDefault(key);
            // What was claimed and taken within the exchange leaves the name to others.
            if ((planned ?? before) is not { } entry)
                continue;
            entry.SetOut();
            reserved[key] = shard.Claims[key] = entry;
            if (before is null)
                held.Add(0, 0, 1);
        }
    }

    /// <summary>After a failed write. What was to be taken is there still; what was to be given is given to nobody. Under the shard's lock.</summary>
    public void Abandon()
    {
        foreach (var (key, entry) in reserved)
        {
            if (claims[key] is null)
                entry.Stand();
            else
                entry.Lose();
        }
    }

    /// <summary>Makes it so and gives the answers. Under the shard's lock.</summary>
    public void Apply(Occupancy held)
    {
        held.Add(More(records, shard.Records), marks.Count(m => !shard.Marks.ContainsKey(m.Key)), 0);
        Lay(records, shard.Records);
        foreach (var (key, entry) in reserved)
        {
            entry.Stand();
            if (claims[key] is null && shard.Claims.Remove(key))
                held.Add(0, 0, -1);
        }

        foreach (var (key, until) in marks)
            shard.Marks[key] = until;
        foreach (var (set, keys) in sets)
        {
            if (keys.Count > 0)
                shard.Sets[set] = keys;
            else
                shard.Sets.Remove(set);
        }

        foreach (var answer in answers)
            answer();
    }

    private void Tell<T>(T told, Action<T> give) => answers.Add(() => give(told));

    private RecordEntry? Record(string key) =>
        (records.TryGetValue(key, out var planned) ? planned : shard.Records.GetValueOrDefault(key)) is { } entry && entry.IsKnown(now) ? entry : null;

    private RecordEntry? Live(string key) => Record(key) is { } entry && entry.IsLive(now) ? entry : null;

    private List<string> LiveKeys(string set)
    {
        if (!sets.TryGetValue(set, out var keys))
            sets[set] = keys = [.. shard.Sets.GetValueOrDefault(set, [])];
        keys.RemoveAll(key => Live(key) is null);
        return keys;
    }

    private List<StoredRecord> Open(OpenRecord open)
    {
        var endsAt = open.EndsAt.ToUnixTimeMilliseconds();
        if (endsAt <= now)
            return [];
        if ((records.GetValueOrDefault(open.Key) ?? shard.Records.GetValueOrDefault(open.Key)) is { } before)
        {
            // Even one whose time is over leaves its set, or the new one would count there.
            records[open.Key] = null;
            LiveKeys(before.Set);
        }

        List<StoredRecord> evicted = [];
        while (LiveKeys(open.Set) is var keys && keys.Count >= open.Limit)
            evicted.Add(End(keys[0], open.EvictedReason, open.TombstoneFor));

        var others = LiveKeys(open.Set);
        var place = others.Count == 0 ? now : Math.Max(now, Record(others[^1])!.Place + 1);
        var told = new StoredRecord(open.Key, open.Data, 1, At(endsAt), TimeSpan.FromMilliseconds((long)open.Idle.TotalMilliseconds), At(now));
        records[open.Key] = new RecordEntry(told, open.Set, place, new LastSeen(name, open.Key, now), endsAt);
        others.Add(open.Key);
        return evicted;
    }

    private bool Replace(ReplaceRecord replace)
    {
        if (Live(replace.Key) is not { } entry || entry.AsIs().Version != replace.ExpectedVersion)
            return false;
        records[replace.Key] = entry.Replaced(replace.Data, replace.EndsAt?.ToUnixTimeMilliseconds());
        return true;
    }

    private StoredRecord End(string key, string reason, TimeSpan tombstoneFor)
    {
        var entry = Record(key)!;
        var was = entry.AsIs();
        records[key] = entry.Ended(reason, tombstoneFor, now);
        LiveKeys(entry.Set);
        return was;
    }

    private long? Until(string key) =>
        marks.TryGetValue(key, out var planned) || shard.Marks.TryGetValue(key, out planned) ? planned : null;

    private void Mark(string key, long until)
    {
        if (until > now && until > (Until(key) ?? 0))
            marks[key] = until;
    }

    private ClaimEntry? Known(string key) => claims.TryGetValue(key, out var planned) ? planned : shard.Claims.GetValueOrDefault(key);

    private (bool Granted, string? Held) Grant(Claim claim)
    {
        var until = claim.Until.ToUnixTimeMilliseconds();
        if (until <= now)
            return (false, null);
        if (Known(claim.Key) is { } held && held.Blocks(now))
            return (false, held.Value);
        claims[claim.Key] = new ClaimEntry(claim.Value, until, !claim.Forgettable);
        return (true, null);
    }

    private string? Taken(string key)
    {
        if (Known(key) is not { } claim || !claim.IsTakeable(now))
            return null;
        claims[key] = null;
        return claim.Value;
    }

    private static int More<T>(Dictionary<string, T?> planned, Dictionary<string, T> held) where T : class =>
        planned.Sum(p => (p.Value is null ? 0 : 1) - (held.ContainsKey(p.Key) ? 1 : 0));

    private static void Lay<T>(Dictionary<string, T?> planned, Dictionary<string, T> held) where T : class
    {
        foreach (var (key, value) in planned)
        {
            if (value is null)
                held.Remove(key);
            else
                held[key] = value;
        }
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
