namespace AICodeManager.Tests.Work.Sandbox;

/// <summary>A clock whose timers fire early, so that tests need not wait for generous limits.</summary>
internal sealed class HastyTime(double haste) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / haste : dueTime, period);
}
