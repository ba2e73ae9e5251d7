using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Tests.Keeping.Audit.Reading;

/// <summary>Events as a database holds them, put there without the funnel: many, old, of chosen chains.</summary>
internal static class Events
{
    public static readonly DateTimeOffset Start = new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero);

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public static AuditEntry At(DateTimeOffset at, string name = "login") => new()
    {
        Id = Guid.CreateVersion7(at).ToString("D"), At = at.ToUnixTimeMilliseconds(), Name = name, Outcome = "success", RequestId = "system",
    };

    /// <summary>Events of a chain from 1 on, a second apart.</summary>
    public static IEnumerable<AuditEntry> OfChain(string chain, int count, DateTimeOffset? start = null, int first = 1) => Enumerable.Range(first, count)
        .Select(n => At((start ?? Start).AddSeconds(n)) with { ChainId = chain, Sequence = n, Link = $"link-{chain}-{n}" });

    public static Task AddAsync(Database database, IEnumerable<AuditEntry> entries) => database.WriteAsync(
        async t =>
        {
            foreach (var entry in entries)
            {
                await t.ExecuteAsync(
                    """
                    INSERT INTO audit_events (id, at, name, outcome, actor_id, session_id, key_id, request_id, address, resource_type, resource_id, reason, details,
                        chain_id, sequence, link)
                    VALUES (@Id, @At, @Name, @Outcome, @ActorId, @SessionId, @KeyId, @RequestId, @Address, @ResourceType, @ResourceId, @Reason, @Details,
                        @ChainId, @Sequence, @Link)
                    """, entry);
            }
        }, Cancel);

    /// <summary>Many alike, made within the database.</summary>
    public static Task FillAsync(Database database, int count) => database.WriteAsync(
        t => t.ExecuteAsync(
            """
            WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < @count - 1)
            INSERT INTO audit_events (id, at, name, outcome, request_id, address, details)
            SELECT printf('019a0000-%04x-7000-8000-%012x', i / 1000, i), 1762161000000 + i, 'filler', 'success', 'system', '192.0.2.9',
                   '{"words":"' || replace(hex(zeroblob(100)), '00', 'word') || '"}'
            FROM n
            """, new { count }), Cancel);
}
