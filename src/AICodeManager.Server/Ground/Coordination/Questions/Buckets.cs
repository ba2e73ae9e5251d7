namespace AICodeManager.Server.Ground.Coordination.Questions;

/// <summary>
/// A bucket that drips empty (GCRA, the virtual scheduling of ITU-T I.371): it holds <paramref name="Burst"/> units and
/// loses one every <paramref name="Each"/>. A store keeps one number for it, and nothing while it is empty.
/// </summary>
/// <param name="Name">Of the form of a key.</param>
/// <param name="Burst">1 to 1,000,000.</param>
/// <param name="Each">One millisecond to 30 days.</param>
/// <param name="Cost">Units put in: 0 only looks, less than 0 gives back. At most a million either way.</param>
/// <param name="Force">Put in without asking for room; never beyond the brim.</param>
public readonly record struct Bucket(string Name, int Burst, TimeSpan Each, int Cost = 1, bool Force = false)
{
    /// <summary>How full it is when its content drips away within a time, in units.</summary>
    public double Units(TimeSpan debt) => debt / Each;
}

/// <summary>Charges several buckets as one step: each is looked at, then all are charged, or none.</summary>
/// <param name="buckets">1 to 16, each name once.</param>
public sealed class ChargeBuckets(string shard, IReadOnlyList<Bucket> buckets)
    : Question(shard, buckets.Count == 0 ? "" : buckets[0].Name)
{
    public IReadOnlyList<Bucket> Buckets { get; } = buckets;

    /// <summary>Place of the first bucket that had no room; null where all were charged.</summary>
    public int? Full { get; set; }

    /// <summary>Until every bucket that had no room would have it.</summary>
    public TimeSpan Wait { get; set; }

    /// <summary>In how long each would be empty: with this charge, or as it was found where nothing was charged.</summary>
    public IReadOnlyList<TimeSpan> Debts { get; set; } = [];

    /// <summary>The same before this charge: who empties a bucket is the only one told what was in it.</summary>
    public IReadOnlyList<TimeSpan> Before { get; set; } = [];
}
