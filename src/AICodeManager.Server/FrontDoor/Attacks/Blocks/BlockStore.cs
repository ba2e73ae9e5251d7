using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.FrontDoor.Attacks.Blocks;

/// <summary>Which blocks to list; null leaves a column alone.</summary>
/// <param name="Active">Whether they hold now.</param>
/// <param name="Network">As it is written in the list.</param>
public sealed record BlockFilter(bool? Active, string? Reason, string? Scope, string? Network);

/// <summary>The table of blocks. Each change leaves its audit event in the same transaction.</summary>
public sealed class BlockStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Where = """
        (@Active IS NULL OR (CASE WHEN lifted_at IS NULL AND until > @Now THEN 'true' ELSE 'false' END) = @Active)
        AND (@Reason IS NULL OR reason = @Reason) AND (@Scope IS NULL OR scope = @Scope) AND (@Network IS NULL OR network = @Network)
        """;

    public Task AddAsync(BlockRow row, RequestOrigin origin, CancellationToken cancel) => database.WriteAsync(
        async t =>
        {
            await t.ExecuteAsync(
                """
                INSERT INTO blocks (id, network, scope, reason, comment, created_at, until, created_by, changed_at)
                VALUES (@Id, @Network, @Scope, @Reason, @Comment, @CreatedAt, @Until, @CreatedBy, @ChangedAt)
                """, row);
            await audit.RecordAnywayAsync(t, origin, Told(new AuditEvent("client_blocked"), row));
        }, cancel);

    /// <summary>Ends a block that holds.</summary>
    /// <returns>The row as it is now; null where there is none.</returns>
    public Task<BlockRow?> LiftAsync(Guid id, RequestOrigin origin, CancellationToken cancel) => ChangeAsync(
        id, "UPDATE blocks SET lifted_at = @Now, lifted_by = @By, changed_at = @Now WHERE id = @id AND lifted_at IS NULL AND until > @Now",
        new AuditEvent("client_unblocked"), null, origin, cancel);

    /// <summary>Says something else about a block.</summary>
    public Task<BlockRow?> CommentAsync(Guid id, string? comment, RequestOrigin origin, CancellationToken cancel) => ChangeAsync(
        id, "UPDATE blocks SET comment = @comment, changed_at = @Now WHERE id = @id", new AuditEvent("block_commented"), comment, origin, cancel);

    public Task<(long Total, IReadOnlyList<BlockRow> Rows)> ListAsync(BlockFilter filter, PageRequest page, CancellationToken cancel)
    {
        var arguments = new
        {
            Active = filter.Active is { } active ? (active ? "true" : "false") : null,
            filter.Reason, filter.Scope, filter.Network, Now = time.GetUtcNow(), page.After, Take = page.Limit + 1,
        };
        return database.ReadAsync(async r => (
            await r.ScalarAsync<long>($"SELECT COUNT(*) FROM blocks WHERE {Where}", arguments),
            await r.QueryAsync<BlockRow>(
                $"SELECT * FROM blocks WHERE {Where} AND (@After IS NULL OR id < @After) ORDER BY id DESC LIMIT @Take", arguments)), cancel);
    }

    /// <summary>What a node that knows nothing needs, those that last longest first.</summary>
    internal Task<IReadOnlyList<BlockRow>> ActiveAsync(int most, CancellationToken cancel) => database.ReadAsync(r => r.QueryAsync<BlockRow>(
        "SELECT * FROM blocks WHERE lifted_at IS NULL AND until > @Now ORDER BY until DESC LIMIT @most", new { Now = time.GetUtcNow(), most }), cancel);

    /// <summary>What was changed since, latest first.</summary>
    internal Task<IReadOnlyList<BlockRow>> ChangedAsync(DateTimeOffset since, int most, CancellationToken cancel) => database.ReadAsync(
        r => r.QueryAsync<BlockRow>("SELECT * FROM blocks WHERE changed_at >= @since ORDER BY changed_at DESC LIMIT @most", new { since, most }), cancel);

    private Task<BlockRow?> ChangeAsync(
        Guid id, string sql, AuditEvent happened, string? comment, RequestOrigin origin, CancellationToken cancel) => database.WriteAsync(async t =>
        {
            var changed = await t.ExecuteAsync(sql, new { id, comment, By = origin.Caller?.UserId, Now = time.GetUtcNow() });
            var row = await t.SingleAsync<BlockRow>("SELECT * FROM blocks WHERE id = @id", new { id });
            if (changed > 0)
            {
                await audit.RecordAsync(t, origin, Told(happened, row!));
            }

            return row;
        }, cancel);

    private static AuditEvent Told(AuditEvent happened, BlockRow row) => (happened with
    {
        Reason = row.Reason,
        Details = new Dictionary<string, object?> { ["network"] = row.Network, ["scope"] = row.Scope, ["until"] = row.Until, ["comment"] = row.Comment },
    }).On("block", row.Id);
}
