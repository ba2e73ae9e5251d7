using System.Text.Json;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Workspaces.Environment;

/// <summary>One server for the tests of a class.</summary>
public sealed class EnvironmentServer : IAsyncLifetime
{
    public LiveServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await LiveServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>Somebody with a workspace of their own.</summary>
    public async Task<(ApiClient Owner, string Workspace)> NewAsync()
    {
        var owner = await Server.SignUpAsync();
        return (owner, (await owner.PostAsync("workspaces", new { name = "w" })).GetProperty("id").GetString()!);
    }

    /// <summary>The details of a workspace's audit events of one name, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> AuditedAsync(string name, string resource) =>
        [.. (await Server.Database.ReadAsync(r => r.QueryAsync<string>(
            "SELECT details FROM audit_events WHERE name = @name AND resource_id = @resource ORDER BY id", new { name, resource }),
            TestContext.Current.CancellationToken)).Select(details => JsonElement.Parse(details))];
}
