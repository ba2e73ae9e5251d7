using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Api;

/// <summary>The routes under /workspaces/{id}/environment.</summary>
internal sealed class EnvironmentApi(ApiConnection connection)
{
    public Task<Reply<IReadOnlyList<Variable>>> ListAsync(string workspace, CancellationToken cancellationToken) =>
        connection.ListAsync(Of(workspace), CliJson.Default.Variable, cancellationToken);

    public Task SetAsync(string workspace, string name, Secret value, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Put, Of(workspace))
            {
                Body = () => CliJson.Body(new(new Dictionary<string, string> { [name] = value.Reveal() }), CliJson.Default.EnvironmentRequest),
            },
            cancellationToken);

    public Task UnsetAsync(string workspace, string name, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, $"{Of(workspace)}/{Route.Segment(name)}"), cancellationToken);

    private static string Of(string workspace) => $"/workspaces/{Route.Segment(workspace)}/environment";
}

/// <param name="UpdatedBy">Id of the account that set it last.</param>
internal sealed record Variable(string Name, DateTimeOffset? UpdatedAt, string? UpdatedBy);

internal sealed record EnvironmentRequest(IReadOnlyDictionary<string, string> Values);
