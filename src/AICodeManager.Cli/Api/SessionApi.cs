namespace AICodeManager.Cli.Api;

/// <summary>The routes under /sessions: one's own.</summary>
internal sealed class SessionApi(ApiConnection connection)
{
    public Task<Reply<IReadOnlyList<SessionView>>> ListAsync(CancellationToken cancellationToken) =>
        connection.ListAsync("/sessions", CliJson.Default.SessionView, cancellationToken);

    public Task EndAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, $"/sessions/{Route.Segment(id)}"), cancellationToken);

    public Task EndOthersAsync(CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, "/sessions?except=current"), cancellationToken);

    public Task EndAllAsync(CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, "/sessions"), cancellationToken);
}

/// <param name="Kind"><c>browser</c> or <c>api</c>.</param>
/// <param name="Device">The program, such as <c>Firefox 144</c>.</param>
internal sealed record SessionView(
    string Id, string? Kind, bool Current, string? Method, string? Device, string? Address, PlaceView? Place,
    DateTimeOffset? CreatedAt, DateTimeOffset? LastSeenAt, DateTimeOffset? ExpiresAt);

internal sealed record PlaceView(string? City, string? Country)
{
    public override string ToString() => string.Join(", ", new[] { City, Country }.Where(part => part is { Length: > 0 }));
}
