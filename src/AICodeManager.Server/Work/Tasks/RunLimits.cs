namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// The two clocks of a run, one at a time: how long the agent may work, and how long a question may wait for a person.
/// Waiting does not use up working time.
/// </summary>
internal sealed class RunLimits(TimeProvider time, TimeSpan work, TimeSpan wait, Action<string> expired) : IDisposable
{
    private static readonly TimeSpan LongestInput = TimeSpan.FromSeconds(30);
    private TimeSpan left = work;
    private long since = time.GetTimestamp();
    private ITimer? timer;
    private bool waiting;

    /// <summary>How long the agent may leave unread what is sent to it; nothing else of its run goes on meanwhile.</summary>
    public TimeSpan InputPatience { get; } = work < LongestInput * 2 ? work / 2 : LongestInput;

    public void Start() => Arm(left, "time_limit");

    public void Pause()
    {
        if (!waiting)
        {
            waiting = true;
            left -= time.GetElapsedTime(since);
            Arm(wait, "approval_wait_limit");
        }
    }

    public void Resume()
    {
        if (waiting)
        {
            waiting = false;
            Arm(left, "time_limit");
        }
    }

    public void Dispose() => timer?.Dispose();

    private void Arm(TimeSpan due, string name)
    {
        timer?.Dispose();
        since = time.GetTimestamp();
        timer = time.CreateTimer(
            _ => expired(name), null, due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
