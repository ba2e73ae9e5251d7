namespace AICodeManager.Cli.Api;

/// <summary>The routes under /workspaces/{id}/members.</summary>
internal sealed class MemberApi(ApiConnection connection)
{
    public Task<Reply<IReadOnlyList<Member>>> ListAsync(string workspace, CancellationToken cancellationToken) =>
        connection.ListAsync(Of(workspace), CliJson.Default.Member, cancellationToken);

    public Task<Reply<Member>> AddAsync(string workspace, string email, string role, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, Of(workspace)) { Body = () => CliJson.Body(new(role, email), CliJson.Default.MemberRequest) },
            CliJson.Default.Member, cancellationToken);

    public Task<Reply<Member>> ChangeAsync(string workspace, string user, string role, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Put, $"{Of(workspace)}/{Route.Segment(user)}")
            {
                Body = () => CliJson.Body(new(role), CliJson.Default.MemberRequest),
            },
            CliJson.Default.Member, cancellationToken);

    public Task RemoveAsync(string workspace, string user, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, $"{Of(workspace)}/{Route.Segment(user)}"), cancellationToken);

    private static string Of(string workspace) => $"/workspaces/{Route.Segment(workspace)}/members";
}

/// <param name="Role"><c>owner</c>, <c>editor</c> or <c>viewer</c>.</param>
internal sealed record Member(string UserId, string? Email, string? Name, string? Role, DateTimeOffset? CreatedAt);

internal sealed record MemberRequest(string Role, string? Email = null);
