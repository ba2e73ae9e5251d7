using System.Data.Common;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Work.Workspaces;

/// <summary>Workspaces in the database. The check of membership stands in the statement that reads or changes.</summary>
public sealed class WorkspaceStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Select =
        """
        SELECT w.id, w.name, w.audit_content, w.created_at,
            (SELECT m.role FROM workspace_members m WHERE m.workspace_id = w.id AND m.user_id = @Caller) AS role
        FROM workspaces w
        """;

    public Task<Listing<Workspace>> ListAsync(Caller caller, Grant grant, PageRequest page, CancellationToken cancel) =>
        database.ReadAsync(async r =>
        {
            var scope = new { Caller = caller.UserId, grant.All, grant.Least, page.After, Take = page.Limit + 1 };
            var total = await r.ScalarAsync<long>($"SELECT COUNT(*) FROM workspaces w WHERE {Reachability.Allowed}", scope);
            var rows = await r.QueryAsync<Workspace>(
                $"{Select} WHERE {Reachability.Allowed} AND (@After IS NULL OR w.id > @After) ORDER BY w.id LIMIT @Take", scope);
            return new Listing<Workspace>(rows, total);
        }, cancel);

    public Task<Reached<Workspace>> FindAsync(Guid id, Caller caller, Grant grant, CancellationToken cancel) =>
        database.ReadAsync<Reached<Workspace>>(async r =>
        {
            var scope = Scope(id, caller, grant);
            return await r.SingleAsync<Workspace>($"{Select} WHERE w.id = @id AND {Reachability.Allowed}", scope) is { } found
                ? found
                : await WhyNotAsync(r, scope, grant);
        }, cancel);

    /// <summary>Makes a workspace and its first owner; refused when the caller gave the name to another one.</summary>
    public Task<Reached<Workspace>> CreateAsync(string name, Caller caller, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync<Reached<Workspace>>(async t =>
        {
            var now = time.GetUtcNow();
            var made = new Workspace { Id = Guid.CreateVersion7(now), Name = name, Role = Membership.Owner.Word(), CreatedAt = now };
            var row = new { made.Id, made.Name, made.Role, made.CreatedAt, Caller = caller.UserId };
            if (await t.ExecuteAsync(
                """
                INSERT INTO workspaces (id, named_by, name, created_at) VALUES (@Id, @Caller, @Name, @CreatedAt)
                ON CONFLICT (named_by, name) DO NOTHING
                """, row) == 0)
            {
                return NameTaken();
            }

            await t.ExecuteAsync(
                """
                INSERT INTO workspace_members (workspace_id, user_id, role, added_by, created_at)
                VALUES (@Id, @Caller, @Role, @Caller, @CreatedAt)
                """, row);
            await audit.RecordAsync(t, origin, new AuditEvent("workspace_created").On("workspace", made.Id));
            return made;
        }, cancel);

    /// <summary>Gives a name, and says whether the audit keeps content; null when it is done.</summary>
    /// <param name="auditContent">Null leaves it as it is.</param>
    public async Task<Refusal?> ChangeAsync(
        Guid id, string name, bool? auditContent, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel)
    {
        try
        {
            return await database.WriteAsync(async t =>
            {
                var scope = new { id, name, Caller = caller.UserId, grant.All, grant.Least };
                if (await t.ExecuteAsync(
                    $"UPDATE workspaces SET name = @name, named_by = @Caller WHERE id = @id AND id {Reachability.InAllowed}", scope) == 0)
                {
                    return await WhyNotAsync(t, scope, grant);
                }

                await audit.RecordAsync(t, origin, new AuditEvent("workspace_updated").On("workspace", id));
                if (auditContent is { } wanted && await t.ExecuteAsync(
                    "UPDATE workspaces SET audit_content = @Kept WHERE id = @id AND audit_content <> @Kept", new { id, Kept = wanted ? 1L : 0L }) > 0)
                {
                    await audit.RecordAsync(t, origin, new AuditEvent("audit_content_changed")
                    {
                        Details = new Dictionary<string, object?> { ["content"] = wanted },
                    }.On("workspace", id));
                }

                return null;
            }, cancel);
        }
        catch (DbException fault) when (BrokenRule.IsUnique(fault))
        {
            return NameTaken();
        }
    }

    /// <summary>Removes an empty workspace; null when it is done.</summary>
    public async Task<Refusal?> DeleteAsync(Guid id, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel)
    {
        try
        {
            return await database.WriteAsync(async t =>
            {
                var scope = Scope(id, caller, grant);
                if (await t.ExecuteAsync($"DELETE FROM workspaces WHERE id = @id AND id {Reachability.InAllowed}", scope) == 0)
                {
                    return await WhyNotAsync(t, scope, grant);
                }

                await audit.RecordAsync(t, origin, new AuditEvent("workspace_deleted").On("workspace", id));
                return null;
            }, cancel);
        }
        catch (DbException fault) when (BrokenRule.IsReference(fault))
        {
            // A project refers to it, perhaps one that was made this moment.
            return Refusals.Conflict("workspace_not_empty", "The workspace has projects.", "Delete its projects first.");
        }
    }

    private static object Scope(Guid id, Caller caller, Grant grant) => new { id, Caller = caller.UserId, grant.All, grant.Least };

    private static Task<Refusal> WhyNotAsync(Reader reader, object scope, Grant grant) =>
        Reachability.WhyNotAsync(reader, "FROM workspaces w WHERE w.id = @id", scope, grant);

    private static Refusal NameTaken() => Refusals.Conflict("name_taken", "You have given this name to another workspace.");
}
