using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>A chain of which a stream has not sent everything.</summary>
internal sealed record WaitingChain
{
    public string ChainId { get; init; } = "";

    /// <summary>Up to where its events were sent.</summary>
    public long Sent { get; init; }

    /// <summary>The place of the last checkpoint that was sent.</summary>
    public long Checkpoint { get; init; }
}

/// <summary>How the sending goes, as it is kept.</summary>
internal sealed record StreamState
{
    public string Name { get; init; } = "";
    public string Node { get; init; } = "";
    public DateTimeOffset CheckedAt { get; init; }
    public long Sent { get; init; }
    public DateTimeOffset? LastSentAt { get; init; }
    public DateTimeOffset? WaitingSince { get; init; }
    public long Failures { get; init; }
    public string? LastError { get; init; }
    public DateTimeOffset? FailedAt { get; init; }
}

/// <summary>The cursors of the streams and their states; what waits is what stands in the chains behind the cursors.</summary>
public sealed class StreamStore(Database database)
{
    /// <summary>Chains in one look: with more, the next look has the rest.</summary>
    private const int MostChains = 64;

    internal Task<IReadOnlyList<WaitingChain>> WaitingAsync(string stream, CancellationToken cancel) => database.ReadAsync(
        r => r.QueryAsync<WaitingChain>(
            """
            SELECT c.id AS chain_id, COALESCE(k.sequence, 0) AS sent, COALESCE(k.checkpoint, 0) AS checkpoint
            FROM audit_chains c LEFT JOIN audit_stream_cursors k ON k.chain_id = c.id AND k.stream = @stream
            WHERE k.done_at IS NULL
              AND (EXISTS (SELECT 1 FROM audit_events e WHERE e.chain_id = c.id AND e.sequence > COALESCE(k.sequence, 0))
                OR EXISTS (SELECT 1 FROM audit_checkpoints p
                           WHERE p.chain_id = c.id AND p.sequence > COALESCE(k.checkpoint, 0) AND p.sequence <= COALESCE(k.sequence, 0)))
            ORDER BY c.started_at, c.id LIMIT @most
            """, new { stream, most = MostChains }), cancel);

    /// <summary>The next events of a chain, in its order.</summary>
    internal Task<IReadOnlyList<AuditEntry>> EventsAsync(string chain, long after, int take, CancellationToken cancel) => database.ReadAsync(
        r => r.QueryAsync<AuditEntry>(
            "SELECT * FROM audit_events WHERE chain_id = @chain AND sequence > @after ORDER BY sequence LIMIT @take", new { chain, after, take }), cancel);

    /// <summary>Checkpoints of a chain behind one place and up to another.</summary>
    internal Task<IReadOnlyList<AuditCheckpoint>> CheckpointsAsync(string chain, long after, long upTo, int take, CancellationToken cancel) => database.ReadAsync(
        r => r.QueryAsync<AuditCheckpoint>(
            """
            SELECT id, chain_id, sequence, link, at, node, key_id, signature FROM audit_checkpoints
            WHERE chain_id = @chain AND sequence > @after AND sequence <= @upTo ORDER BY sequence LIMIT @take
            """, new { chain, after, upTo, take }), cancel);

    /// <summary>Moves the cursors to where a batch ended and writes down how it went. A cursor never goes back.</summary>
    internal Task KeepAsync(StreamState state, IEnumerable<WaitingChain> cursors, CancellationToken cancel) => database.WriteAsync(
        async t =>
        {
            foreach (var cursor in cursors)
            {
                await t.ExecuteAsync(
                    """
                    INSERT INTO audit_stream_cursors (stream, chain_id, sequence, checkpoint) VALUES (@Name, @ChainId, @Sent, @Checkpoint)
                    ON CONFLICT (stream, chain_id) DO UPDATE SET
                        sequence = CASE WHEN excluded.sequence > audit_stream_cursors.sequence THEN excluded.sequence ELSE audit_stream_cursors.sequence END,
                        checkpoint = CASE WHEN excluded.checkpoint > audit_stream_cursors.checkpoint THEN excluded.checkpoint ELSE audit_stream_cursors.checkpoint END
                    """, new { state.Name, cursor.ChainId, cursor.Sent, cursor.Checkpoint });
            }

            await t.ExecuteAsync(
                """
                INSERT INTO audit_streams (name, node, checked_at, sent, last_sent_at, waiting_since, failures, last_error, failed_at)
                VALUES (@Name, @Node, @CheckedAt, @Sent, @LastSentAt, @WaitingSince, @Failures, @LastError, @FailedAt)
                ON CONFLICT (name) DO UPDATE SET
                    node = excluded.node, checked_at = excluded.checked_at, sent = audit_streams.sent + excluded.sent,
                    last_sent_at = COALESCE(excluded.last_sent_at, audit_streams.last_sent_at), waiting_since = excluded.waiting_since,
                    failures = excluded.failures, last_error = COALESCE(excluded.last_error, audit_streams.last_error),
                    failed_at = COALESCE(excluded.failed_at, audit_streams.failed_at)
                """, state);
        }, cancel);

    /// <summary>Lets chains go that are closed and of which everything was sent.</summary>
    internal Task ForgetDoneAsync(string stream, DateTimeOffset now, DateTimeOffset closedBefore, CancellationToken cancel) => database.WriteAsync(
        t => t.ExecuteAsync(
            """
            UPDATE audit_stream_cursors SET done_at = @now
            WHERE stream = @stream AND done_at IS NULL
              AND EXISTS (SELECT 1 FROM audit_chains c WHERE c.id = audit_stream_cursors.chain_id AND c.closed_at < @closedBefore)
              AND NOT EXISTS (SELECT 1 FROM audit_events e
                              WHERE e.chain_id = audit_stream_cursors.chain_id AND e.sequence > audit_stream_cursors.sequence)
              AND NOT EXISTS (SELECT 1 FROM audit_checkpoints p
                              WHERE p.chain_id = audit_stream_cursors.chain_id AND p.sequence > audit_stream_cursors.checkpoint)
            """, new { stream, now, closedBefore }), cancel);

    internal Task<IReadOnlyList<StreamState>> StatesAsync(CancellationToken cancel) => database.ReadAsync(
        r => r.QueryAsync<StreamState>("SELECT * FROM audit_streams"), cancel);

    /// <summary>When the oldest event before <paramref name="before"/> happened that a stream has not sent; null where there is none.</summary>
    public async Task<DateTimeOffset?> OldestUnsentAsync(string stream, DateTimeOffset before, CancellationToken cancel)
    {
        var oldest = await database.ReadAsync(
            r => r.ScalarAsync<long?>(
                """
                SELECT MIN(e.at) FROM audit_events e LEFT JOIN audit_stream_cursors k ON k.stream = @stream AND k.chain_id = e.chain_id
                WHERE e.at < @before AND e.id < @beforeId AND e.chain_id IS NOT NULL AND e.sequence > COALESCE(k.sequence, 0)
                """, new { stream, before, beforeId = Reading.AuditFilter.FirstIdAt(before.AddMilliseconds(1)) }), cancel);
        return oldest is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }
}
