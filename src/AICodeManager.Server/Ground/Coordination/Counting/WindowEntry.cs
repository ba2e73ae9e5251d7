using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination.Counting;

/// <summary>
/// What a window has counted. Times are Unix milliseconds; a clock that was set back by more than a window empties it,
/// by less it only forgets later.
/// </summary>
internal abstract class WindowEntry
{
    public abstract WindowKind Kind { get; }

    /// <summary>What still fits, in whole requests; less than nothing where the limit was lowered meanwhile.</summary>
    public abstract long Free(in Window window, long now);

    public abstract void Add(in Window window, long now);

    public abstract void Remove(in Window window, long now);

    /// <summary>Milliseconds until no more than so much is in it, if nothing comes.</summary>
    /// <remarks>After <see cref="Free"/> or <see cref="Add"/> of the same moment.</remarks>
    public abstract long Until(long target, in Window window, long now);

    /// <summary>Whether it can refuse nothing any more.</summary>
    public abstract bool IsOver(long now);

    protected static long LengthOf(in Window window) => (long)window.Length.TotalMilliseconds;
}
