namespace AICodeManager.Cli.Api;

/// <summary>The routes under /workspaces.</summary>
internal sealed class WorkspaceApi(ApiConnection connection)
{
    public Task<Reply<IReadOnlyList<Workspace>>> ListAsync(CancellationToken cancellationToken) =>
        connection.ListAsync("/workspaces", CliJson.Default.Workspace, cancellationToken);

    public Task<Reply<Workspace>> CreateAsync(string name, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, "/workspaces") { Body = () => CliJson.Body(new(name), CliJson.Default.NameRequest) },
            CliJson.Default.Workspace, cancellationToken);

    public Task<Reply<Workspace>> GetAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync(At(id), CliJson.Default.Workspace, cancellationToken);

    public Task RenameAsync(string id, string name, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Put, At(id)) { Body = () => CliJson.Body(new(name), CliJson.Default.NameRequest) }, cancellationToken);

    /// <summary>Says whether the audit keeps content; the name is sent as it is.</summary>
    public Task AuditContentAsync(string id, string name, bool wanted, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Put, At(id)) { Body = () => CliJson.Body(new(name, wanted), CliJson.Default.WorkspaceChange) }, cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, At(id)), cancellationToken);

    private static string At(string id) => $"/workspaces/{Route.Segment(id)}";
}
