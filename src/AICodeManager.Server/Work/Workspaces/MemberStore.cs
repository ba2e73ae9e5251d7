using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Work.Workspaces;

/// <summary>Somebody who belongs to a workspace.</summary>
public sealed record Member
{
    public Guid UserId { get; init; }
    public string Email { get; init; } = "";
    public string Name { get; init; } = "";

    /// <summary><c>owner</c>, <c>editor</c> or <c>viewer</c>.</summary>
    public string Role { get; init; } = "";

    public Guid AddedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// Members of workspaces in the database. Every change first holds the workspace's row, so that two owners who leave at
/// the same moment go one after the other, and the second finds itself the last.
/// </summary>
public sealed class MemberStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Workspace = "FROM workspaces w WHERE w.id = @id";

    private const string Select =
        """
        SELECT m.user_id, u.email, u.name, m.role, m.added_by, m.created_at
        FROM workspace_members m JOIN users u ON u.id = m.user_id JOIN workspaces w ON w.id = m.workspace_id
        WHERE m.workspace_id = @id
        """;

    public Task<Reached<Listing<Member>>> ListAsync(
        Guid id, Caller caller, Grant grant, PageRequest page, CancellationToken cancel) =>
        database.ReadAsync<Reached<Listing<Member>>>(async r =>
        {
            var scope = new { id, Caller = caller.UserId, grant.All, grant.Least, page.After, Take = page.Limit + 1 };
            var total = await r.ScalarAsync<long>(
                $"SELECT COUNT(*) FROM workspace_members m JOIN workspaces w ON w.id = m.workspace_id WHERE w.id = @id AND {Reachability.Allowed}", scope);
            return total == 0
                ? await Reachability.WhyNotAsync(r, Workspace, scope, grant)
                : new Listing<Member>(await r.QueryAsync<Member>(
                    $"{Select} AND {Reachability.Allowed} AND (@After IS NULL OR m.user_id > @After) ORDER BY m.user_id LIMIT @Take", scope), total);
        }, cancel);

    /// <summary>Adds the account of an e-mail address.</summary>
    public Task<Reached<Member>> AddAsync(
        Guid id, string email, string role, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync<Reached<Member>>(async t =>
        {
            if (await HoldAsync(t, id, caller, grant) is { } refusal)
            {
                return refusal;
            }

            var user = await t.SingleAsync<Guid?>(
                "SELECT id FROM users WHERE email_key = @Key AND disabled_at IS NULL", new { Key = EmailAddress.Key(email) });
            if (user is not { } userId)
            {
                return new Refusal(404, "no_such_user", "Nobody has signed up with this e-mail address.")
                {
                    Detail = "Ask them to sign up first; who belongs to a workspace has an account.",
                };
            }

            if (await t.ExecuteAsync(
                """
                INSERT INTO workspace_members (workspace_id, user_id, role, added_by, created_at)
                VALUES (@id, @userId, @role, @Caller, @Now) ON CONFLICT (workspace_id, user_id) DO NOTHING
                """, new { id, userId, role, Caller = caller.UserId, Now = time.GetUtcNow() }) == 0)
            {
                return Refusals.Conflict("already_member", "This account is a member of the workspace already.", "Change its role instead.");
            }

            await audit.RecordAsync(t, origin, Event("member_added", id, userId, ("role", role)));
            return (await FindAsync(t, id, userId))!;
        }, cancel);

    /// <summary>Gives a member another role.</summary>
    public Task<Reached<Member>> ChangeAsync(
        Guid id, Guid userId, string role, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync<Reached<Member>>(async t =>
        {
            if (await HoldAsync(t, id, caller, grant) is { } refusal)
            {
                return refusal;
            }

            if (await FindAsync(t, id, userId) is not { } member)
            {
                return Refusals.NotFound("no such member");
            }

            if (member.Role == role)
            {
                return member;
            }

            if (await IsLastOwnerAsync(t, id, member))
            {
                return LastOwner();
            }

            await t.ExecuteAsync(
                "UPDATE workspace_members SET role = @role WHERE workspace_id = @id AND user_id = @userId", new { id, userId, role });
            await audit.RecordAsync(t, origin, Event("member_role_changed", id, userId, ("from", member.Role), ("role", role)));
            return member with { Role = role };
        }, cancel);

    /// <summary>Takes a member out, or lets one leave; null when it is done.</summary>
    public Task<Refusal?> RemoveAsync(
        Guid id, Guid userId, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync<Refusal?>(async t =>
        {
            if (await HoldAsync(t, id, caller, grant) is { } refusal)
            {
                return refusal;
            }

            if (await FindAsync(t, id, userId) is not { } member)
            {
                return Refusals.NotFound("no such member");
            }

            if (await IsLastOwnerAsync(t, id, member))
            {
                return LastOwner();
            }

            await t.ExecuteAsync("DELETE FROM workspace_members WHERE workspace_id = @id AND user_id = @userId", new { id, userId });
            await audit.RecordAsync(t, origin, Event("member_removed", id, userId, ("role", member.Role)));
            return null;
        }, cancel);

    // Held first, asked second: a statement that waits for a row judges the others by what it saw before it waited
    // (PostgreSQL, 13.2.1), and so would let an owner act who has just been put out. SQLite's writers are alone anyway.
    private static async Task<Refusal?> HoldAsync(Transaction t, Guid id, Caller caller, Grant grant)
    {
        var scope = new { id, Caller = caller.UserId, grant.All, grant.Least };
        await t.ExecuteAsync("UPDATE workspaces SET name = name WHERE id = @id", scope);
        return await t.ScalarAsync<long>($"SELECT COUNT(*) {Workspace} AND {Reachability.Allowed}", scope) > 0
            ? null
            : await Reachability.WhyNotAsync(t, Workspace, scope, grant);
    }

    private static Task<Member?> FindAsync(Transaction t, Guid id, Guid userId) =>
        t.SingleAsync<Member>($"{Select} AND m.user_id = @userId", new { id, userId });

    private static async Task<bool> IsLastOwnerAsync(Transaction t, Guid id, Member member) =>
        member.Role == Membership.Owner.Word()
        && await t.ScalarAsync<long>(
            "SELECT COUNT(*) FROM workspace_members WHERE workspace_id = @id AND role = 'owner' AND user_id <> @UserId",
            new { id, member.UserId }) == 0;

    private static Refusal LastOwner() => Refusals.Conflict(
        "last_owner", "A workspace has at least one owner.", "Make another member an owner first, or delete the workspace.");

    private static AuditEvent Event(string name, Guid id, Guid userId, params ReadOnlySpan<(string Key, object Value)> more)
    {
        var details = new Dictionary<string, object?> { ["user"] = userId };
        foreach (var (key, value) in more)
        {
            details[key] = value;
        }

        return new AuditEvent(name) { Details = details }.On("workspace", id);
    }
}
