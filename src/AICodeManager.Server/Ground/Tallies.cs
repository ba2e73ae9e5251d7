using System.Collections.Concurrent;

namespace AICodeManager.Server.Ground;

/// <summary>Counts by name within windows, in bounded memory: the oldest generation goes when there are too many names.</summary>
internal sealed class Tallies<TName>(TimeSpan window, TimeProvider time) where TName : notnull
{
    private const int Generation = 50_000;

    private ConcurrentDictionary<TName, Tally> young = new();
    private ConcurrentDictionary<TName, Tally> old = new();
    private int made;

    /// <summary>The tally of a name within its window; null where there is none.</summary>
    public Tally? Of(TName name) =>
        (young.TryGetValue(name, out var tally) || old.TryGetValue(name, out tally)) && time.GetUtcNow() < tally.Ends ? tally : null;

    /// <summary>Counts one more.</summary>
    /// <returns>How many there are in the window with it, and when that ends.</returns>
    public (int Count, DateTimeOffset Ends) Add(TName name)
    {
        var tally = Of(name);
        if (tally is null)
        {
            tally = young.AddOrUpdate(
                name, _ => new Tally(time.GetUtcNow() + window), (_, found) => time.GetUtcNow() < found.Ends ? found : new Tally(time.GetUtcNow() + window));
            if (Interlocked.Increment(ref made) >= Generation)
            {
                Interlocked.Exchange(ref made, 0);
                old = Interlocked.Exchange(ref young, new());
            }
        }

        return (tally.Add(), tally.Ends);
    }
}

/// <summary>One name's count within a window.</summary>
internal sealed class Tally(DateTimeOffset ends)
{
    private int count, turns;
    private long second;

    public DateTimeOffset Ends { get; } = ends;

    public int Count => Volatile.Read(ref count);

    public int Add() => Interlocked.Increment(ref count);

    /// <summary>Takes one of the turns that each second has.</summary>
    public bool TakeTurn(int most, TimeProvider time)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (Interlocked.Exchange(ref second, now) != now)
        {
            Interlocked.Exchange(ref turns, 0);
        }

        return Interlocked.Increment(ref turns) <= most;
    }
}
