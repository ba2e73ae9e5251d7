using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Work.Workspaces;

/// <summary>A workspace: what one owner's projects live in.</summary>
public sealed record Workspace
{
    public Guid Id { get; init; }
    public Guid OwnerId { get; init; }
    public string Name { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Workspaces in the database. The ownership check stands in the statement that reads or changes.</summary>
public sealed class WorkspaceStore(Database database, AuditTrail audit, TimeProvider time)
{
    /// <summary>For other rooms' statements: narrows to workspaces (<c>w</c>) the caller may touch.</summary>
    public const string Reachable = "(w.owner_id = @Caller OR @All)";

    public Task<(IReadOnlyList<Workspace> Rows, long Total)> ListAsync(
        Caller caller, Grant grant, PageRequest page, CancellationToken cancel) =>
        database.ReadAsync(async r =>
        {
            var scope = new { Caller = caller.UserId, grant.All, page.After, Take = page.Limit + 1 };
            var total = await r.ScalarAsync<long>($"SELECT COUNT(*) FROM workspaces w WHERE {Reachable}", scope);
            var rows = await r.QueryAsync<Workspace>(
                $"SELECT * FROM workspaces w WHERE {Reachable} AND (@After IS NULL OR w.id > @After) ORDER BY w.id LIMIT @Take", scope);
            return (rows, total);
        }, cancel);

    public Task<Workspace?> FindAsync(Guid id, Caller caller, Grant grant, CancellationToken cancel) =>
        database.ReadAsync(r => r.SingleAsync<Workspace>(
            $"SELECT * FROM workspaces w WHERE w.id = @id AND {Reachable}",
            new { id, Caller = caller.UserId, grant.All }), cancel);

    /// <summary>Null when the owner has a workspace of that name.</summary>
    public Task<Workspace?> CreateAsync(string name, Caller caller, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            var made = new Workspace
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()), OwnerId = caller.UserId, Name = name, CreatedAt = time.GetUtcNow(),
            };
            var rows = await t.ExecuteAsync(
                """
                INSERT INTO workspaces (id, owner_id, name, created_at) VALUES (@Id, @OwnerId, @Name, @CreatedAt)
                ON CONFLICT (owner_id, name) DO NOTHING
                """, made);
            if (rows == 0)
            {
                return null;
            }

            await audit.RecordAsync(t, origin, new AuditEvent("workspace_created").On("workspace", made.Id));
            return made;
        }, cancel);

    /// <summary>Renames; the outcome says what stood in the way.</summary>
    public Task<ChangeOutcome> RenameAsync(
        Guid id, string name, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            var taken = await t.ScalarAsync<long>(
                $"""
                SELECT COUNT(*) FROM workspaces o JOIN workspaces w ON w.owner_id = o.owner_id
                WHERE w.id = @id AND o.name = @name AND o.id <> w.id AND {Reachable}
                """, new { id, name, Caller = caller.UserId, grant.All });
            if (taken > 0)
            {
                return ChangeOutcome.NameTaken;
            }

            var changed = await t.ExecuteAsync(
                "UPDATE workspaces SET name = @name WHERE id = @id AND (owner_id = @Caller OR @All)",
                new { id, name, Caller = caller.UserId, grant.All });
            if (changed == 0)
            {
                return ChangeOutcome.NotFound;
            }

            await audit.RecordAsync(t, origin, new AuditEvent("workspace_updated").On("workspace", id));
            return ChangeOutcome.Done;
        }, cancel);

    /// <summary>Removes an empty workspace.</summary>
    public Task<ChangeOutcome> DeleteAsync(
        Guid id, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            var scope = new { id, Caller = caller.UserId, grant.All };
            if (await t.ScalarAsync<long>($"SELECT COUNT(*) FROM workspaces w WHERE w.id = @id AND {Reachable}", scope) == 0)
            {
                return ChangeOutcome.NotFound;
            }

            if (await t.ScalarAsync<long>("SELECT COUNT(*) FROM projects WHERE workspace_id = @id", scope) > 0)
            {
                return ChangeOutcome.NotEmpty;
            }

            await t.ExecuteAsync("DELETE FROM workspaces WHERE id = @id", scope);
            await audit.RecordAsync(t, origin, new AuditEvent("workspace_deleted").On("workspace", id));
            return ChangeOutcome.Done;
        }, cancel);
}

/// <summary>How a change to a workspace ended.</summary>
public enum ChangeOutcome
{
    Done,
    NotFound,
    NameTaken,
    NotEmpty,
}
