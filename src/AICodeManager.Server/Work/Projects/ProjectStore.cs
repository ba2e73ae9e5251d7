using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Work.Workspaces;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Projects in the database. The ownership check stands in the statement that reads or changes.</summary>
public sealed class ProjectStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string From = "FROM projects p JOIN workspaces w ON w.id = p.workspace_id";

    // For an UPDATE or DELETE, where the joined form is not to be had in both databases.
    private const string OfCaller =
        $"workspace_id IN (SELECT w.id FROM workspaces w WHERE {WorkspaceStore.Reachable})";

    /// <summary>Null when the caller may not know of it, or when it is not there.</summary>
    public Task<Project?> FindAsync(Guid id, Caller caller, Grant grant, CancellationToken cancel) =>
        database.ReadAsync(r => r.SingleAsync<Project>(
            $"SELECT p.*, w.owner_id {From} WHERE p.id = @id AND {WorkspaceStore.Reachable}",
            new { id, Caller = caller.UserId, grant.All }), cancel);

    /// <summary>Null when the caller may not know of the workspace.</summary>
    public Task<(IReadOnlyList<Project> Rows, long Total)?> ListAsync(
        Guid workspaceId, Caller caller, Grant grant, PageRequest page, CancellationToken cancel) =>
        database.ReadAsync<(IReadOnlyList<Project>, long)?>(async r =>
        {
            var scope = new { workspaceId, Caller = caller.UserId, grant.All, page.After, Take = page.Limit + 1 };
            if (await r.ScalarAsync<long>(
                $"SELECT COUNT(*) FROM workspaces w WHERE w.id = @workspaceId AND {WorkspaceStore.Reachable}", scope) == 0)
            {
                return null;
            }

            var total = await r.ScalarAsync<long>("SELECT COUNT(*) FROM projects WHERE workspace_id = @workspaceId", scope);
            var rows = await r.QueryAsync<Project>(
                $"""
                SELECT p.*, w.owner_id {From}
                WHERE p.workspace_id = @workspaceId AND {WorkspaceStore.Reachable} AND (@After IS NULL OR p.id > @After)
                ORDER BY p.id LIMIT @Take
                """, scope);
            return (rows, total);
        }, cancel);

    /// <summary>Writes a project that is yet to be prepared.</summary>
    public Task<(ChangeOutcome Outcome, Project? Made)> CreateAsync(
        Guid workspaceId, string name, string sourceType, string? sourceUrl, Caller caller, Grant grant,
        RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync<(ChangeOutcome, Project?)>(async t =>
        {
            var made = new Project
            {
                Id = Guid.CreateVersion7(time.GetUtcNow()), WorkspaceId = workspaceId, Name = name, SourceType = sourceType,
                SourceUrl = sourceUrl, State = ProjectState.Preparing, CreatedAt = time.GetUtcNow(),
            };
            var rows = await t.ExecuteAsync(
                $"""
                INSERT INTO projects (id, workspace_id, name, source_type, source_url, state, created_at)
                SELECT @Id, w.id, @Name, @SourceType, @SourceUrl, @State, @CreatedAt
                FROM workspaces w WHERE w.id = @WorkspaceId AND {WorkspaceStore.Reachable}
                ON CONFLICT (workspace_id, name) DO NOTHING
                """,
                new
                {
                    made.Id, made.WorkspaceId, made.Name, made.SourceType, made.SourceUrl, made.State, made.CreatedAt,
                    Caller = caller.UserId, grant.All,
                });
            if (rows == 0)
            {
                var there = await t.ScalarAsync<long>(
                    $"SELECT COUNT(*) FROM workspaces w WHERE w.id = @workspaceId AND {WorkspaceStore.Reachable}",
                    new { workspaceId, Caller = caller.UserId, grant.All });
                return (there > 0 ? ChangeOutcome.NameTaken : ChangeOutcome.NotFound, null);
            }

            await audit.RecordAsync(t, origin, new AuditEvent("project_created")
            {
                Details = new Dictionary<string, object?> { ["source"] = sourceType, ["url"] = sourceUrl },
            }.On("project", made.Id));
            return (ChangeOutcome.Done, made);
        }, cancel);

    public Task<ChangeOutcome> RenameAsync(
        Guid id, string name, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            var scope = new { id, name, Caller = caller.UserId, grant.All };
            var taken = await t.ScalarAsync<long>(
                $"""
                SELECT COUNT(*) FROM projects o JOIN projects p ON p.workspace_id = o.workspace_id
                JOIN workspaces w ON w.id = p.workspace_id
                WHERE p.id = @id AND o.name = @name AND o.id <> p.id AND {WorkspaceStore.Reachable}
                """, scope);
            if (taken > 0)
            {
                return ChangeOutcome.NameTaken;
            }

            if (await t.ExecuteAsync($"UPDATE projects SET name = @name WHERE id = @id AND {OfCaller}", scope) == 0)
            {
                return ChangeOutcome.NotFound;
            }

            await audit.RecordAsync(t, origin, new AuditEvent("project_updated").On("project", id));
            return ChangeOutcome.Done;
        }, cancel);

    /// <summary>Removes the row and all that hangs on it; false when the caller may not know of it. The folders remain.</summary>
    public Task<bool> DeleteAsync(Guid id, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            if (await t.ExecuteAsync(
                $"DELETE FROM projects WHERE id = @id AND {OfCaller}", new { id, Caller = caller.UserId, grant.All }) == 0)
            {
                return false;
            }

            await audit.RecordAsync(t, origin, new AuditEvent("project_deleted").On("project", id));
            return true;
        }, cancel);

    /// <summary>Ends preparation well.</summary>
    public Task SetReadyAsync(Guid id, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            await t.ExecuteAsync(
                "UPDATE projects SET state = @Ready WHERE id = @id AND state = @Preparing",
                new { id, ProjectState.Ready, ProjectState.Preparing });
            await audit.RecordAsync(t, origin, new AuditEvent("project_ready").On("project", id));
        }, cancel);

    /// <summary>Ends preparation badly.</summary>
    /// <param name="reason">One of <see cref="ProjectFailure"/>.</param>
    public Task SetFailedAsync(Guid id, string reason, string? detail, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync(t => FailAsync(t, id, reason, detail, origin), cancel);

    /// <summary>Marks what an earlier process left half prepared as failed; the ids of all projects that have a working copy.</summary>
    public Task<IReadOnlySet<Guid>> SettleInterruptedAsync(CancellationToken cancel) =>
        database.WriteAsync<IReadOnlySet<Guid>>(async t =>
        {
            foreach (var id in await t.QueryAsync<Guid>("SELECT id FROM projects WHERE state = @Preparing", new { ProjectState.Preparing }))
            {
                await FailAsync(t, id, ProjectFailure.Interrupted, null, RequestOrigin.System);
            }

            return (await t.QueryAsync<Guid>("SELECT id FROM projects WHERE state = @Ready", new { ProjectState.Ready })).ToHashSet();
        }, cancel);

    private async Task FailAsync(Transaction t, Guid id, string reason, string? detail, RequestOrigin origin)
    {
        await t.ExecuteAsync(
            "UPDATE projects SET state = @Failed, reason = @reason, detail = @detail WHERE id = @id AND state = @Preparing",
            new { id, reason, detail, ProjectState.Failed, ProjectState.Preparing });
        await audit.RecordAsync(t, origin, new AuditEvent("project_failed")
        {
            Outcome = AuditOutcome.Failure, Reason = reason,
        }.On("project", id));
    }
}
