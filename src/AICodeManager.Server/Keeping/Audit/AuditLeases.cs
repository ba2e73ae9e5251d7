using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Lets one node at a time do a piece of work. A holder that dies is followed by another one when its time is over.</summary>
public sealed class AuditLeases(Database database, TimeProvider time)
{
    /// <summary>Takes the lease or prolongs it; false while somebody else has it.</summary>
    public Task<bool> TakeAsync(string name, string holder, TimeSpan length, CancellationToken cancel) => database.WriteAsync(
        async t => await t.ExecuteAsync(
            """
            INSERT INTO audit_leases (name, holder, until) VALUES (@name, @holder, @until)
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
            WHERE audit_leases.holder = excluded.holder OR audit_leases.until <= @now
            """,
            new { name, holder, now = time.GetUtcNow(), until = time.GetUtcNow() + length }) == 1,
        cancel);

    /// <summary>Ends the holder's lease after <paramref name="rest"/>: at once, or when the work should be tried again.</summary>
    public Task ShortenAsync(string name, string holder, TimeSpan rest, CancellationToken cancel) => database.WriteAsync(
        t => t.ExecuteAsync("UPDATE audit_leases SET until = @until WHERE name = @name AND holder = @holder", new { name, holder, until = time.GetUtcNow() + rest }),
        cancel);
}
