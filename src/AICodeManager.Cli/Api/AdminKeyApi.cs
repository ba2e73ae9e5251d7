namespace AICodeManager.Cli.Api;

/// <summary>The routes under /admin/keys and /admin/caches.</summary>
internal sealed class AdminKeyApi(ApiConnection connection)
{
    /// <param name="user">Null: everybody's.</param>
    public Task<Reply<IReadOnlyList<KeyView>>> ListAsync(string? user, CancellationToken cancellationToken) =>
        connection.ListAsync(
            user is null ? "/admin/keys" : $"/admin/keys?user={Uri.EscapeDataString(user)}", CliJson.Default.KeyView, cancellationToken);

    public Task RevokeAsync(string id, string? reason, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Delete, At(id) + (reason is null ? "" : $"?reason={Uri.EscapeDataString(reason)}")), cancellationToken);

    public Task RevokeAllAsync(string user, string? reason, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(
                HttpMethod.Delete,
                $"/admin/keys?user={Uri.EscapeDataString(user)}{(reason is null ? "" : $"&reason={Uri.EscapeDataString(reason)}")}"),
            cancellationToken);

    /// <summary>The key has its grace to be rotated in.</summary>
    public Task ForceRotationAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Post, $"{At(id)}/rotation"), cancellationToken);

    public Task ResumeAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Post, $"{At(id)}/resume"), cancellationToken);

    public Task ClearCachesAsync(CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, "/admin/caches"), cancellationToken);

    private static string At(string id) => $"/admin/keys/{Route.Segment(id)}";
}
