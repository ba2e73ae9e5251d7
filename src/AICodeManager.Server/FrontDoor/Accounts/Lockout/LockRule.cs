namespace AICodeManager.Server.FrontDoor.Accounts.Lockout;

/// <summary>What is kept of a counter.</summary>
/// <param name="Failures">As many as are permitted, or more: it is locked.</param>
/// <param name="ExpiresAt">When the lock is over, or the failures are forgotten.</param>
public readonly record struct LockState(long Failures, DateTimeOffset ExpiresAt);

/// <summary>When failures lock a counter: pure computation, of which the database keeps the state.</summary>
/// <param name="Permitted">The failure that makes this number full locks.</param>
/// <param name="Duration">Of the lock; and, where nothing is forgiven before, the time that failures are counted within.</param>
/// <param name="Forgives">How long until one failure is forgiven; zero where they are only forgotten all at once.</param>
public sealed record LockRule(int Permitted, TimeSpan Duration, TimeSpan Forgives)
{
    /// <summary>How long the counter is still locked; null when it is not.</summary>
    public TimeSpan? LockedFor(LockState? state, DateTimeOffset now) =>
        state is { } kept && kept.Failures >= Permitted && kept.ExpiresAt > now ? kept.ExpiresAt - now : null;

    /// <summary>With one failure more. Not asked of a locked one.</summary>
    public (LockState State, bool Locks) Fail(LockState? state, DateTimeOffset now)
    {
        var before = state is { } kept && kept.ExpiresAt > now ? state : null;
        if (Forgives == TimeSpan.Zero)
        {
            var failures = (before?.Failures ?? 0) + 1;
            return failures >= Permitted
                ? (new(failures, now + Duration), true)
                : (new(failures, before?.ExpiresAt ?? (now + Duration)), false);
        }

        // A bucket that drips: who mistypes every half minute is no attacker, and who sends a handful at once is one.
        var empty = (before?.ExpiresAt ?? now) + Forgives;
        return empty - now > (Permitted - 1) * Forgives
            ? (new(Permitted, now + Duration), true)
            : (new(Math.Min(Permitted - 1, (long)Math.Ceiling((empty - now) / Forgives)), empty), false);
    }
}
