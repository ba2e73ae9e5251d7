using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Work.Workspaces.Environment;

/// <summary>
/// Variables of workspaces in the database: names in clear, values sealed to their workspace, name and version (spec A13).
/// Every change first holds the workspace's row, so that the bounds count what two writers at once leave behind.
/// </summary>
public sealed class EnvironmentStore(Database database, AuditTrail audit, FieldVault vault, TimeProvider time)
{
    private const string Workspace = "FROM workspaces w WHERE w.id = @id";

    /// <summary>All variables of a workspace, by name: they are few (<see cref="EnvironmentLimits.MaxVariables"/>).</summary>
    public Task<Reached<Listing<Variable>>> ListAsync(Guid id, Caller caller, Grant grant, PageRequest page, CancellationToken cancel) =>
        database.ReadAsync(r => ListAsync(r, id, caller, grant, page), cancel);

    /// <summary>Sets the named variables and leaves the others; all of them, or none.</summary>
    /// <param name="values">Already checked one by one (<see cref="EnvironmentLimits.Check"/>).</param>
    public Task<Reached<Listing<Variable>>> SetAsync(
        Guid id, IReadOnlyDictionary<string, Secret> values, Caller caller, Grant grant, RequestOrigin origin, PageRequest page, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            var (version, refusal) = await HoldAsync(t, id, caller, grant);
            if ((refusal ?? await FullAsync(t, id, values)) is { } refused)
            {
                return refused;
            }

            foreach (var (name, value) in values)
            {
                await t.ExecuteAsync(
                    """
                    INSERT INTO workspace_environment (workspace_id, name, value, sealed_version, size, updated_by, updated_at)
                    VALUES (@id, @name, @Value, @version, @Size, @Caller, @Now)
                    ON CONFLICT (workspace_id, name) DO UPDATE SET value = @Value, sealed_version = @version, size = @Size,
                        updated_by = @Caller, updated_at = @Now
                    """,
                    new
                    {
                        id, name, version, Caller = caller.UserId, Now = time.GetUtcNow(), Size = EnvironmentLimits.Size(name, value),
                        Value = vault.Seal(value.Reveal(), Place(id, name, version)),
                    });
            }

            await audit.RecordAsync(t, origin, Changed(id, "set", values.Keys));
            return await ListAsync(t, id, caller, grant, page);
        }, cancel);

    /// <summary>Removes a variable; null when it is done.</summary>
    public Task<Refusal?> RemoveAsync(Guid id, string name, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel) =>
        database.WriteAsync<Refusal?>(async t =>
        {
            if (await HoldAsync(t, id, caller, grant) is { Refusal: { } refusal })
            {
                return refusal;
            }

            if (await t.ExecuteAsync("DELETE FROM workspace_environment WHERE workspace_id = @id AND name = @name", new { id, name }) == 0)
            {
                return Refusals.NotFound("no such variable");
            }

            await audit.RecordAsync(t, origin, Changed(id, "removed", [name]));
            return null;
        }, cancel);

    /// <summary>The environment that tasks of a workspace start with.</summary>
    /// <exception cref="EnvironmentUnreadableException">A value does not open: without it a task would do something else than was meant.</exception>
    public async Task<IReadOnlyDictionary<string, Secret>> OpenAsync(Guid id, CancellationToken cancel)
    {
        var rows = await database.ReadAsync(r => r.QueryAsync<Row>(
            "SELECT name, value, sealed_version FROM workspace_environment WHERE workspace_id = @id ORDER BY name", new { id }), cancel);
        return rows.ToDictionary(row => row.Name, row => Open(id, row));
    }

    // A row that somebody wrote past the server is held to the same rules: its name must not reach the agent.
    private Secret Open(Guid id, Row row) =>
        VariableNames.Fault(row.Name) is null && vault.Open(row.Value, Place(id, row.Name, row.SealedVersion)) is { } plain
            ? new Secret(plain)
            : throw new EnvironmentUnreadableException(row.Name);

    private static async Task<Reached<Listing<Variable>>> ListAsync(Reader r, Guid id, Caller caller, Grant grant, PageRequest page)
    {
        var scope = new { id, Caller = caller.UserId, grant.All, grant.Least, After = page.Cursor, Take = page.Limit + 1 };
        if (await r.ScalarAsync<long>($"SELECT COUNT(*) {Workspace} AND {Reachability.Allowed}", scope) == 0)
        {
            return await Reachability.WhyNotAsync(r, Workspace, scope, grant);
        }

        var total = await r.ScalarAsync<long>("SELECT COUNT(*) FROM workspace_environment WHERE workspace_id = @id", scope);
        return new Listing<Variable>(await r.QueryAsync<Variable>(
            """
            SELECT name, updated_at, updated_by FROM workspace_environment
            WHERE workspace_id = @id AND (@After IS NULL OR name > @After) ORDER BY name LIMIT @Take
            """, scope), total);
    }

    // Held first, asked second, as members are.
    private static async Task<(long Version, Refusal? Refusal)> HoldAsync(Transaction t, Guid id, Caller caller, Grant grant)
    {
        var scope = new { id, Caller = caller.UserId, grant.All, grant.Least };
        var version = await t.ScalarAsync<long>(
            "UPDATE workspaces SET environment_version = environment_version + 1 WHERE id = @id RETURNING environment_version", scope);
        return await t.ScalarAsync<long>($"SELECT COUNT(*) {Workspace} AND {Reachability.Allowed}", scope) > 0
            ? (version, null)
            : (0, await Reachability.WhyNotAsync(t, Workspace, scope, grant));
    }

    private static async Task<Refusal?> FullAsync(Transaction t, Guid id, IReadOnlyDictionary<string, Secret> values)
    {
        var kept = (await t.QueryAsync<Extent>("SELECT name, size FROM workspace_environment WHERE workspace_id = @id", new { id }))
            .Where(other => !values.ContainsKey(other.Name)).ToList();
        var (count, bytes) = (kept.Count + values.Count, kept.Sum(other => other.Size) + values.Sum(v => EnvironmentLimits.Size(v.Key, v.Value)));
        return count <= EnvironmentLimits.MaxVariables && bytes <= EnvironmentLimits.MaxTotal ? null : Refusals.Conflict(
            "environment_full", "The workspace's environment would grow past its bounds.",
            $"It would have {count} variables and {bytes} bytes; accepted are {EnvironmentLimits.MaxVariables} variables and {EnvironmentLimits.MaxTotal} bytes of names and values.");
    }

    private static SealedPlace Place(Guid id, string name, long version) =>
        new("workspace_environment", "value", $"{id:D}/{name}", version);

    // Names hold no blanks: a flat list of them is one text.
    private static AuditEvent Changed(Guid id, string what, IEnumerable<string> names) =>
        new AuditEvent("environment_changed")
        {
            Details = new Dictionary<string, object?> { [what] = string.Join(' ', names.Order(StringComparer.Ordinal)) },
        }.On("workspace", id);

    private sealed record Row
    {
        public string Name { get; init; } = "";
        public string Value { get; init; } = "";
        public long SealedVersion { get; init; }
    }

    private sealed record Extent
    {
        public string Name { get; init; } = "";
        public long Size { get; init; }
    }
}
