using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>
/// Buckets and sets of members in the memory of one process, at most as many as it was made for. To make room, those
/// go that would be over soonest: whoever floods it with names drives out what weighs least. Not safe for several threads.
/// </summary>
internal sealed class BucketTable(int most = 200_000)
{
    // When each would be empty, in Unix milliseconds.
    private readonly Dictionary<string, long> buckets = [];
    private readonly Dictionary<string, MemberWindow> sets = [];

    public bool IsEmpty => buckets.Count + sets.Count == 0;

    public int Count => buckets.Count + sets.Count;

    public static bool Answers(Question question) => question is ChargeBuckets or CountMembers;

    public void Answer(Question question, long now)
    {
        switch (question)
        {
            case ChargeBuckets charge:
                Charge(charge, now);
                break;
            case CountMembers count:
                See(count, now);
                break;
            default:
                throw new InvalidOperationException($"A {question.GetType().Name} is not asked here.");
        }
    }

    public void Sweep(long now)
    {
        foreach (var (name, empty) in buckets)
        {
            if (now >= empty)
                buckets.Remove(name);
        }

        foreach (var (name, set) in sets)
        {
            if (set.IsOver(now))
                sets.Remove(name);
        }
    }

    private void Charge(ChargeBuckets charge, long now)
    {
        var count = charge.Buckets.Count;
        Span<long> before = stackalloc long[count], after = stackalloc long[count];
        (charge.Full, charge.Wait) = (null, TimeSpan.Zero);
        for (var i = 0; i < count; i++)
        {
            var bucket = charge.Buckets[i];
            var each = (long)bucket.Each.TotalMilliseconds;
            before[i] = Math.Max(now, buckets.GetValueOrDefault(bucket.Name));
            after[i] = Math.Max(now, before[i] + (each * bucket.Cost));
            var brim = now + (each * bucket.Burst);
            if (bucket.Cost <= 0 || after[i] <= brim)
                continue;
            if (bucket.Force)
            {
                // What is fuller than this asker's brim, by another's measure, stays so.
                after[i] = Math.Max(before[i], brim);
                continue;
            }

            charge.Full ??= i;
            charge.Wait = TimeSpan.FromMilliseconds(Math.Max(charge.Wait.TotalMilliseconds, after[i] - brim));
        }

        var (found, debts) = (new TimeSpan[count], new TimeSpan[count]);
        for (var i = 0; i < count; i++)
        {
            if (charge.Full is null)
                Keep(charge.Buckets[i].Name, after[i], now);
            found[i] = TimeSpan.FromMilliseconds(before[i] - now);
            debts[i] = TimeSpan.FromMilliseconds((charge.Full is null ? after[i] : before[i]) - now);
        }

        (charge.Before, charge.Debts) = (found, debts);
    }

    private void Keep(string name, long empty, long now)
    {
        if (empty <= now)
        {
            buckets.Remove(name);
            return;
        }

        if (!buckets.ContainsKey(name))
            MakeRoom(now);
        buckets[name] = empty;
    }

    private void See(CountMembers count, long now)
    {
        if (!sets.TryGetValue(count.Key, out var set))
        {
            if (count.Change != MemberChange.Add)
            {
                (count.Known, count.Count) = (false, 0);
                return;
            }

            MakeRoom(now);
            sets[count.Key] = set = new MemberWindow();
        }

        set.Answer(count, now);
        if (set.IsOver(now))
            sets.Remove(count.Key);
    }

    private void MakeRoom(long now)
    {
        if (Count < most)
            return;
        Sweep(now);
        if (Count < most)
            return;
        // A tenth at a time, so that a flood of names pays for this once in many.
        var ends = buckets.Select(b => (b.Key, Ends: b.Value, Set: false)).Concat(sets.Select(s => (s.Key, Ends: s.Value.Over, Set: true)));
        foreach (var (name, _, isSet) in ends.OrderBy(e => e.Ends).Take(Math.Max(1, most / 10)).ToList())
            _ = isSet ? sets.Remove(name) : buckets.Remove(name);
    }
}
