using System.Collections.Concurrent;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>Moves times of last touches and remembers which of them the database does not have yet.</summary>
internal sealed class TouchLog
{
    private readonly ConcurrentQueue<LastSeen> unwritten = new();

    /// <summary>Touches a live record, under its shard's lock; the record as it was.</summary>
    public StoredRecord Touch(RecordEntry entry, long now)
    {
        var before = entry.AsTouched();
        if (before.Ended is not null)
            return before;
        entry.Seen.Move(now);
        if (!entry.Seen.Unwritten)
        {
            entry.Seen.Unwritten = true;
            unwritten.Enqueue(entry.Seen);
        }

        return before;
    }

    /// <summary>What is to be written now.</summary>
    public List<LastSeen> Take()
    {
        List<LastSeen> taken = [];
        while (unwritten.TryDequeue(out var seen))
            taken.Add(seen);
        return taken;
    }

    /// <summary>Puts back what could not be written.</summary>
    public void PutBack(IEnumerable<LastSeen> seen)
    {
        foreach (var each in seen)
            unwritten.Enqueue(each);
    }
}
