namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>How much is held over all shards; says no where dropping something would weaken a protection.</summary>
internal sealed class Occupancy(EmbeddedLimits limits)
{
    private int records;
    private int marks;
    private int claims;
    private int fences;
    private bool told;

    /// <exception cref="CoordinationUnavailableException">There is no room for that much more.</exception>
    public void Demand(int moreRecords, int moreMarks, int moreClaims)
    {
        Demand(moreRecords, records, limits.Records, "records");
        Demand(moreMarks, marks, limits.Marks, "marks");
        Demand(moreClaims, claims, limits.Claims, "claims");
    }

    /// <exception cref="CoordinationUnavailableException"/>
    public void DemandFence() => Demand(1, fences, limits.Fences, "fences");

    public void Add(int moreRecords, int moreMarks, int moreClaims)
    {
        Interlocked.Add(ref records, moreRecords);
        Interlocked.Add(ref marks, moreMarks);
        Interlocked.Add(ref claims, moreClaims);
    }

    /// <summary>How many marks stand, where that is told for the first time to be more than expected.</summary>
    public int? TakeExcessOfMarks()
    {
        var many = Volatile.Read(ref marks) > limits.MarksExpected;
        var news = many && !told;
        told = many;
        return news ? marks : null;
    }

    public void AddFences(int more) => Interlocked.Add(ref fences, more);

    private static void Demand(int more, int held, int most, string what)
    {
        if (more > 0 && held + more > most)
            throw new CoordinationUnavailableException($"The embedded store is full: it holds {most} {what} at most. Use Redis.");
    }
}
