using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts.Lockout;

/// <summary>
/// Counts failures in the database, so that a restart forgives nothing. <c>max_failed_attempts</c> failures within
/// <c>lockout_duration</c> of the first lock a counter for that long; attempts on a locked one change nothing.
/// </summary>
/// <remarks>
/// A proof is checked first and judged here after, one at a time for each counter: of any number of guesses sent at
/// once, those that come after the last permitted failure learn nothing, also the right one.
/// </remarks>
public sealed class LoginFailures(Database database, Settings settings, TimeProvider time)
{
    private readonly int permitted = settings.Session.Security.Policies.MaxFailedAttempts;
    private readonly TimeSpan duration = settings.Session.Security.Policies.LockoutDuration;

    /// <summary>How long the counter is still locked; null when it is not.</summary>
    public Task<TimeSpan?> LockedForAsync(FailureCounter counter, CancellationToken cancel) =>
        database.ReadAsync(r => ReadAsync(r, counter), cancel);

    /// <summary>Waits for this counter's turn and tells whether it is locked by then: whoever passes is the next one judged.</summary>
    public async Task<TimeSpan?> TakeTurnAsync(Transaction t, FailureCounter counter)
    {
        await t.ExecuteAsync("UPDATE login_failures SET failures = failures WHERE key = @Key", new { counter.Key });
        return await ReadAsync(t, counter);
    }

    /// <summary>Counts one failure.</summary>
    /// <returns>Locked: how long the counter was locked already, and this failure did not count. Now: this one locked it.</returns>
    public async Task<(TimeSpan? Locked, bool Now)> CountAsync(Transaction t, FailureCounter counter)
    {
        var now = time.GetUtcNow();
        var failures = await t.ScalarAsync<long?>(
            """
            INSERT INTO login_failures (key, owner, failures, expires_at) VALUES (@Key, @Owner, 1, @Until)
            ON CONFLICT (key) DO UPDATE SET
                failures = CASE WHEN login_failures.expires_at <= @now THEN 1 ELSE login_failures.failures + 1 END,
                expires_at = CASE
                    WHEN login_failures.expires_at <= @now OR login_failures.failures + 1 >= @permitted THEN @Until
                    ELSE login_failures.expires_at END
            WHERE login_failures.expires_at <= @now OR login_failures.failures < @permitted
            RETURNING failures
            """,
            new { counter.Key, counter.Owner, now, Until = now + duration, permitted = (long)permitted });
        return failures is null ? (await ReadAsync(t, counter) ?? TimeSpan.FromSeconds(1), false) : (null, failures >= permitted);
    }

    /// <summary>Forgets the failures of a counter whose owner has proved to be there.</summary>
    public Task ForgetAsync(Transaction t, FailureCounter counter) =>
        t.ExecuteAsync("DELETE FROM login_failures WHERE key = @Key", new { counter.Key });

    /// <summary>Forgets every counter of an address: strangers', devices', password changes.</summary>
    public Task ForgetAllAsync(Transaction t, string owner) =>
        t.ExecuteAsync("DELETE FROM login_failures WHERE owner = @owner", new { owner });

    /// <summary>The refusal of a locked counter, the same whether or not there is an account.</summary>
    public static Refusal Refuse(TimeSpan lockedFor) =>
        new(423, "locked_out", "Too many attempts have failed; wait before the next one.")
        {
            Headers = new Dictionary<string, string>
            {
                ["Retry-After"] = ((long)Math.Ceiling(Math.Max(1, lockedFor.TotalSeconds))).ToString(),
            },
        };

    private async Task<TimeSpan?> ReadAsync(Reader reader, FailureCounter counter)
    {
        var now = time.GetUtcNow();
        var until = await reader.ScalarAsync<long?>(
            "SELECT expires_at FROM login_failures WHERE key = @Key AND failures >= @permitted AND expires_at > @now",
            new { counter.Key, permitted = (long)permitted, now });
        return until is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(until.Value) - now;
    }
}
