namespace AICodeManager.Cli.Api;

/// <summary>The routes under /admin/blocks.</summary>
internal sealed class BlockApi(ApiConnection connection)
{
    /// <param name="network">An address or a range, as a block was made of it.</param>
    public Task<Reply<IReadOnlyList<BlockView>>> ListAsync(
        bool? active, string? reason, string? scope, string? network, CancellationToken cancellationToken)
    {
        var query = new List<string>();
        if (active is { } only)
            query.Add($"active={(only ? "true" : "false")}");
        foreach (var (name, value) in new[] { ("reason", reason), ("scope", scope), ("network", network) })
        {
            if (value is not null)
                query.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        return connection.ListAsync(
            query.Count == 0 ? "/admin/blocks" : $"/admin/blocks?{string.Join('&', query)}", CliJson.Default.BlockView, cancellationToken);
    }

    public Task<Reply<BlockView>> AddAsync(BlockRequest request, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, "/admin/blocks") { Body = () => CliJson.Body(request, CliJson.Default.BlockRequest) },
            CliJson.Default.BlockView, cancellationToken);

    public Task<Reply<BlockView>> CommentAsync(string id, BlockCommentRequest request, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Put, At(id)) { Body = () => CliJson.Body(request, CliJson.Default.BlockCommentRequest) },
            CliJson.Default.BlockView, cancellationToken);

    public Task LiftAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, At(id)), cancellationToken);

    private static string At(string id) => $"/admin/blocks/{Route.Segment(id)}";
}
