using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Whose accounts these are, and what they may do. Accounts are named by their addresses, which administrators see anyway.</summary>
internal static class AccountChecks
{
    private const int ManyAdministrators = 5, UnusedDays = 90, Shown = 5, MostAsked = 500;

    /// <summary>Whoever may administer accounts or the system is an administrator, whatever the role is called.</summary>
    public static string[] Administering(CheckScene scene) =>
    [
        .. scene.Settings.Rbac.Roles
            .Where(role => Permission.Judge(role.Value.Permissions, "user:update") == Reach.Any || Permission.Judge(role.Value.Permissions, "system:audit") != Reach.None)
            .Select(role => role.Key),
    ];

    public static async Task<Finding> SecondFactorAsync(CheckScene scene, CancellationToken cancel)
    {
        var roles = Administering(scene);
        var without = await scene.ReadAsync(r => r.QueryAsync<string>(
            "SELECT email FROM users WHERE disabled_at IS NULL AND second_factor = 0 AND role IN @roles ORDER BY email", new { roles }), cancel);
        return without.Count > 0 ? Finding.Fail($"{without.Count} without: {Names(without)}") : Finding.Pass("every administrator has a second factor");
    }

    public static async Task<Finding> AdministratorsAsync(CheckScene scene, CancellationToken cancel)
    {
        var roles = Administering(scene);
        var names = await scene.ReadAsync(r => r.QueryAsync<string>(
            "SELECT email FROM users WHERE disabled_at IS NULL AND role IN @roles ORDER BY email", new { roles }), cancel);
        return names.Count == 0 ? Finding.Fail($"nobody has a role that administers ({string.Join(", ", roles)})")
            : Finding.When(names.Count <= ManyAdministrators, $"{names.Count}: {Names(names)}", CheckResult.Warn);
    }

    public static async Task<Finding> UnusedAsync(CheckScene scene, CancellationToken cancel)
    {
        var before = scene.Now.AddDays(-UnusedDays);
        var names = await scene.ReadAsync(r => r.QueryAsync<string>(
            """
            SELECT email FROM users u WHERE disabled_at IS NULL AND created_at < @before
                AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.actor_id = u.id AND e.id >= @First)
                AND NOT EXISTS (SELECT 1 FROM client_keys k WHERE k.user_id = u.id AND k.last_used_at >= @before)
            ORDER BY email
            """, new { before, First = AuditCount.FirstId(before) }), cancel);
        return names.Count > 0 ? Finding.Warn($"{names.Count} did nothing in {UnusedDays} days: {Names(names)}") : Finding.Pass($"every account was used in the last {UnusedDays} days");
    }

    public static async Task<Finding> DisabledSessionsAsync(CheckScene scene, CancellationToken cancel)
    {
        var disabled = await scene.ReadAsync(r => r.QueryAsync<Disabled>(
            "SELECT id, email FROM users WHERE disabled_at IS NOT NULL ORDER BY disabled_at DESC LIMIT @MostAsked", new { MostAsked }), cancel);
        List<string> found = [];
        foreach (var user in disabled)
        {
            if (await SessionsAsync(scene, user.Id, cancel) is > 0 and var sessions)
                found.Add($"{user.Email} ({sessions})");
        }

        return found.Count > 0 ? Finding.Fail(Names(found)) : Finding.Pass($"{disabled.Count} disabled accounts, none with a session");
    }

    public static async Task<Finding> DisabledMembersAsync(CheckScene scene, CancellationToken cancel)
    {
        var orphans = await scene.ReadAsync(r => r.QueryAsync<string>(
            """
            SELECT w.name FROM workspaces w WHERE NOT EXISTS (
                SELECT 1 FROM workspace_members m JOIN users u ON u.id = m.user_id
                WHERE m.workspace_id = w.id AND m.role = 'owner' AND u.disabled_at IS NULL)
            ORDER BY w.name
            """), cancel);
        var memberships = await scene.ReadAsync(r => r.ScalarAsync<long>(
            "SELECT COUNT(*) FROM workspace_members m JOIN users u ON u.id = m.user_id WHERE u.disabled_at IS NOT NULL"), cancel);
        return orphans.Count > 0 ? Finding.Warn($"{orphans.Count} workspaces have no owner who can sign in: {Names(orphans)}")
            : Finding.When(memberships == 0, $"{memberships} memberships of disabled accounts", CheckResult.Warn);
    }

    public static Task<Finding> RolesAsync(CheckScene scene, CancellationToken cancel)
    {
        var wide = scene.Settings.Rbac.Roles.Where(role => role.Key != "admin"
            && role.Value.Permissions.Any(permission => permission is "*" or "*:*" or "system:*" or "user:*")).Select(role => role.Key).ToList();
        return Task.FromResult(wide.Count > 0 ? Finding.Warn($"may administer, beside admin: {string.Join(", ", wide)}")
            : Finding.Pass($"{scene.Settings.Rbac.Roles.Count} roles; only admin has system:* or user:*"));
    }

    // The embedded store writes sessions down before they are good; its table is what a second process can see.
    private static async Task<long> SessionsAsync(CheckScene scene, Guid user, CancellationToken cancel)
    {
        if (scene.Settings.Session.Store == SessionStoreKind.Embedded)
        {
            return await scene.ReadAsync(r => r.ScalarAsync<long>(
                "SELECT COUNT(*) FROM coordination_records WHERE shard = @Shard AND kind = 'record' AND set_name = @Set AND ended = '' AND over_at > @Now",
                new { Shard = StandingStore.ShardOf(user), SessionStore.Set, scene.Now }), cancel);
        }

        var list = new ListSet(StandingStore.ShardOf(user), SessionStore.Set);
        await scene.Coordination.ExchangeAsync([list], cancel);
        return list.Answer.Count;
    }

    private static string Names(IReadOnlyList<string> names) =>
        $"{string.Join(", ", names.Take(Shown))}{(names.Count > Shown ? $" and {names.Count - Shown} more" : "")}";

    private sealed record Disabled
    {
        public Guid Id { get; init; }
        public string Email { get; init; } = "";
    }
}
