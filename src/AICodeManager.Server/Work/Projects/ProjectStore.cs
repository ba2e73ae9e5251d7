using System.Data.Common;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Work.Workspaces;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Projects in the database. The check of membership stands in the statement that reads or changes.</summary>
public sealed class ProjectStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string
        This = "FROM projects p JOIN workspaces w ON w.id = p.workspace_id WHERE p.id = @id",
        Workspace = "FROM workspaces w WHERE w.id = @workspaceId";

    /// <summary>A project, for a caller who may do with it what the grant is for.</summary>
    public Task<Reached<Project>> FindAsync(Guid id, Caller caller, Grant grant, CancellationToken cancel) =>
        database.ReadAsync<Reached<Project>>(async r =>
        {
            var scope = Scope(id, caller, grant);
            return await r.SingleAsync<Project>($"SELECT p.* {This} AND {Reachability.Allowed}", scope) is { } found
                ? found
                : await Reachability.WhyNotAsync(r, This, scope, grant);
        }, cancel);

    /// <summary>Null when the project has a working copy and the caller may do with it what the grant is for.</summary>
    public async Task<Refusal?> UsableAsync(Guid id, Caller caller, Grant grant, CancellationToken cancel) =>
        await FindAsync(id, caller, grant, cancel) switch
        {
            { Thing: null, Refusal: var refusal } => refusal,
            { Thing: { IsReady: false } project } => ProjectRefusals.NotReady(project),
            _ => null,
        };

    /// <summary>The projects of a workspace.</summary>
    public Task<Reached<Listing<Project>>> ListAsync(
        Guid workspaceId, Caller caller, Grant grant, PageRequest page, CancellationToken cancel) =>
        database.ReadAsync<Reached<Listing<Project>>>(async r =>
        {
            var scope = new { workspaceId, Caller = caller.UserId, grant.All, grant.Least, page.After, Take = page.Limit + 1 };
            if (await r.ScalarAsync<long>($"SELECT COUNT(*) {Workspace} AND {Reachability.Allowed}", scope) == 0)
            {
                return await Reachability.WhyNotAsync(r, Workspace, scope, grant);
            }

            var total = await r.ScalarAsync<long>("SELECT COUNT(*) FROM projects WHERE workspace_id = @workspaceId", scope);
            var rows = await r.QueryAsync<Project>(
                $"""
                SELECT p.* FROM projects p JOIN workspaces w ON w.id = p.workspace_id
                WHERE p.workspace_id = @workspaceId AND {Reachability.Allowed} AND (@After IS NULL OR p.id > @After)
                ORDER BY p.id LIMIT @Take
                """, scope);
            return new Listing<Project>(rows, total);
        }, cancel);

    /// <summary>Writes a project that is yet to be prepared.</summary>
    public async Task<Reached<Project>> CreateAsync(
        Guid workspaceId, string name, string sourceType, string? sourceUrl, Caller caller, Grant grant,
        RequestOrigin origin, CancellationToken cancel)
    {
        var made = new Project
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()), WorkspaceId = workspaceId, Name = name, SourceType = sourceType,
            SourceUrl = sourceUrl, State = ProjectState.Preparing, CreatedAt = time.GetUtcNow(),
        };
        try
        {
            return await database.WriteAsync<Reached<Project>>(async t =>
            {
                if (await t.ExecuteAsync(
                    $"""
                    INSERT INTO projects (id, workspace_id, name, source_type, source_url, state, created_at)
                    SELECT @Id, w.id, @Name, @SourceType, @SourceUrl, @State, @CreatedAt {Workspace} AND {Reachability.Allowed}
                    """,
                    new
                    {
                        made.Id, workspaceId, made.Name, made.SourceType, made.SourceUrl, made.State, made.CreatedAt,
                        Caller = caller.UserId, grant.All, grant.Least,
                    }) == 0)
                {
                    return await Reachability.WhyNotAsync(t, Workspace, new { workspaceId, Caller = caller.UserId }, grant);
                }

                await audit.RecordAsync(t, origin, new AuditEvent("project_created")
                {
                    Details = new Dictionary<string, object?> { ["source"] = sourceType, ["url"] = sourceUrl },
                }.On("project", made.Id));
                return made;
            }, cancel);
        }
        catch (DbException fault) when (BrokenRule.IsUnique(fault))
        {
            return NameTaken();
        }
        catch (DbException fault) when (BrokenRule.IsReference(fault))
        {
            // The workspace was deleted this moment.
            return Refusals.NotFound();
        }
    }

    /// <summary>Null when it is done.</summary>
    public async Task<Refusal?> RenameAsync(
        Guid id, string name, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel)
    {
        try
        {
            return await database.WriteAsync(async t =>
            {
                var scope = new { id, name, Caller = caller.UserId, grant.All, grant.Least };
                if (await t.ExecuteAsync(
                    $"UPDATE projects SET name = @name WHERE id = @id AND workspace_id {Reachability.InAllowed}", scope) == 0)
                {
                    return await Reachability.WhyNotAsync(t, This, scope, grant);
                }

                await audit.RecordAsync(t, origin, new AuditEvent("project_updated").On("project", id));
                return null;
            }, cancel);
        }
        catch (DbException fault) when (BrokenRule.IsUnique(fault))
        {
            return NameTaken();
        }
    }

    /// <summary>Removes the row and all that hangs on it; null when it is done. The folders remain.</summary>
    public Task<Refusal?> DeleteAsync(Guid id, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync<Refusal?>(async t =>
        {
            var scope = Scope(id, caller, grant);
            if (await t.ExecuteAsync($"DELETE FROM projects WHERE id = @id AND workspace_id {Reachability.InAllowed}", scope) == 0)
            {
                return await Reachability.WhyNotAsync(t, This, scope, grant);
            }

            await audit.RecordAsync(t, origin, new AuditEvent("project_deleted").On("project", id));
            return null;
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
    private static object Scope(Guid id, Caller caller, Grant grant) => new { id, Caller = caller.UserId, grant.All, grant.Least };

    private static Refusal NameTaken() => Refusals.Conflict("name_taken", "The workspace has a project of this name.");
}
