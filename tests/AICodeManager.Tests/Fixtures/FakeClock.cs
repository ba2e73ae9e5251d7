namespace AICodeManager.Tests.Fixtures;

/// <summary>A clock that a test sets. It moves only when told to and starts no timers: bounds of waits stay on the system's.</summary>
/// <remarks>Safe to read from many threads while one test moves it.</remarks>
public sealed class FakeClock(DateTimeOffset? start = null) : TimeProvider
{
    private long ticks = (start ?? new DateTimeOffset(2026, 11, 3, 9, 0, 0, TimeSpan.Zero)).UtcTicks;

    /// <summary>Now, UTC.</summary>
    public DateTimeOffset UtcNow
    {
        get => new(Volatile.Read(ref ticks), TimeSpan.Zero);
        set => Volatile.Write(ref ticks, value.UtcTicks);
    }

    public override DateTimeOffset GetUtcNow() => UtcNow;

    /// <summary>Elapsed time is measured on this clock, too: ages and hours move together.</summary>
    public override long GetTimestamp() => Volatile.Read(ref ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Moves the clock; a negative step moves it back.</summary>
    public void Advance(TimeSpan step) => Interlocked.Add(ref ticks, step.Ticks);
}
