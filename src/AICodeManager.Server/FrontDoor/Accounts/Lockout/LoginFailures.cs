using AICodeManager.Server.FrontDoor.Attacks.BruteForce;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts.Lockout;

/// <summary>
/// Counts failures in the database, so that a restart forgives nothing. <c>max_failed_attempts</c> failures lock a counter
/// for <c>lockout_duration</c>; attempts on a locked one change nothing. A known device's failures, and those of a session,
/// are counted within that duration; strangers' are forgiven one by one (<see cref="LockRule"/>).
/// </summary>
/// <remarks>
/// A proof is checked first and judged here after, one at a time for each counter: of any number of guesses sent at
/// once, those that come after the last permitted failure learn nothing, also the right one. The lock of strangers holds
/// for networks that have failed at the address: the owner, coming from elsewhere, is not locked out by them.
/// </remarks>
public sealed class LoginFailures(Database database, Settings settings, TimeProvider time)
{
    private readonly LockRule rule = new(
        settings.Session.Security.Policies.MaxFailedAttempts, settings.Session.Security.Policies.LockoutDuration, TimeSpan.Zero);

    private readonly TimeSpan forgives = settings.Monitoring.AttackDetection.BruteForce is { Enabled: true } guarded
        ? GuessRules.From(guarded).Each
        : TimeSpan.Zero;

    /// <summary>How long the counter is still locked for this asker; null when it is not.</summary>
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
        // Takes the row, made if need be, so that counts of it come one after the other on both databases.
        var kept = await t.SingleAsync<Row>(
            """
            INSERT INTO login_failures (key, owner, failures, expires_at) VALUES (@Key, @Owner, 0, @now)
            ON CONFLICT (key) DO UPDATE SET failures = login_failures.failures
            RETURNING failures, expires_at
            """,
            new { counter.Key, counter.Owner, now });
        var before = new LockState(kept!.Failures, kept.ExpiresAt);
        if (rule.LockedFor(before, now) is { } locked)
        {
            var known = await IsKnownAsync(t, counter, now);
            await NoteNetworkAsync(t, counter, now);
            return (known ? locked : null, false);
        }

        var (after, locks) = (counter.Forgives ? rule with { Forgives = forgives } : rule).Fail(before, now);
        await t.ExecuteAsync(
            "UPDATE login_failures SET failures = @Failures, expires_at = @ExpiresAt WHERE key = @Key",
            new { after.Failures, after.ExpiresAt, counter.Key });
        await NoteNetworkAsync(t, counter, now);
        return (null, locks);
    }

    /// <summary>
    /// Forgets the failures of a counter whose owner has proved to be there. Strangers' are forgotten only where this network
    /// failed before, and no lock is: a success from elsewhere says nothing about them.
    /// </summary>
    public Task ForgetAsync(Transaction t, FailureCounter counter) => counter.NetworkKey is null
        ? t.ExecuteAsync("DELETE FROM login_failures WHERE key = @Key", new { counter.Key })
        : t.ExecuteAsync(
            """
            DELETE FROM login_failures WHERE EXISTS (SELECT 1 FROM login_failures n WHERE n.key = @NetworkKey)
                AND (key = @NetworkKey OR (key = @Key AND (failures < @Permitted OR expires_at <= @now)))
            """,
            new { counter.NetworkKey, counter.Key, Permitted = (long)rule.Permitted, now = time.GetUtcNow() });

    /// <summary>Forgets every counter of an address: strangers', devices', password changes.</summary>
    public Task ForgetAllAsync(Transaction t, string owner) =>
        t.ExecuteAsync("DELETE FROM login_failures WHERE owner = @owner", new { owner });

    /// <summary>The refusal of a locked counter, the same whether or not there is an account.</summary>
    public static Refusal Refuse(TimeSpan lockedFor) =>
        new(423, "locked_out", "Too many attempts have failed; wait before the next one.")
        {
            Headers = new Dictionary<string, string> { [RetryAfter.Header] = RetryAfter.Text(lockedFor) },
        };

    private Task NoteNetworkAsync(Transaction t, FailureCounter counter, DateTimeOffset now) => counter.NetworkKey is null
        ? Task.CompletedTask
        : t.ExecuteAsync(
            """
            INSERT INTO login_failures (key, owner, failures, expires_at) VALUES (@NetworkKey, @Owner, 0, @Until)
            ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at
            """,
            new { counter.NetworkKey, counter.Owner, Until = now + rule.Duration });

    private static async Task<bool> IsKnownAsync(Reader reader, FailureCounter counter, DateTimeOffset now) =>
        counter.NetworkKey is null || await reader.ScalarAsync<long>(
            "SELECT COUNT(*) FROM login_failures WHERE key = @NetworkKey AND expires_at > @now", new { counter.NetworkKey, now }) > 0;

    private async Task<TimeSpan?> ReadAsync(Reader reader, FailureCounter counter)
    {
        var now = time.GetUtcNow();
        var until = await reader.ScalarAsync<long?>(
            """
            SELECT expires_at FROM login_failures WHERE key = @Key AND failures >= @permitted AND expires_at > @now
                AND (@NetworkKey IS NULL OR EXISTS (SELECT 1 FROM login_failures n WHERE n.key = @NetworkKey AND n.expires_at > @now))
            """,
            new { counter.Key, counter.NetworkKey, permitted = (long)rule.Permitted, now });
        return until is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(until.Value) - now;
    }

    private sealed record Row
    {
        public long Failures { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
    }
}
