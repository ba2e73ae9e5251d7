namespace AICodeManager.Cli.Api;

/// <summary>The routes under /admin/alerts.</summary>
internal sealed class AlertApi(ApiConnection connection)
{
    /// <param name="delivery">Only alerts with a delivery in this state.</param>
    public Task<Reply<IReadOnlyList<AlertDocument>>> ListAsync(string? kind, string? delivery, CancellationToken cancellationToken)
    {
        var query = new List<string>();
        if (kind is not null)
            query.Add($"kind={Uri.EscapeDataString(kind)}");
        if (delivery is not null)
            query.Add($"delivery={Uri.EscapeDataString(delivery)}");
        return connection.ListAsync(
            query.Count == 0 ? "/admin/alerts" : $"/admin/alerts?{string.Join('&', query)}", CliJson.Default.AlertDocument, cancellationToken);
    }

    public Task<Reply<AlertDocument>> GetAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync($"/admin/alerts/{Route.Segment(id)}", CliJson.Default.AlertDocument, cancellationToken);

    /// <param name="channel">Null: all channels.</param>
    public Task<Reply<AlertDocument>> TestAsync(string? channel, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, "/admin/alerts/test") { Body = () => CliJson.Body(new(channel), CliJson.Default.AlertTestRequest) },
            CliJson.Default.AlertDocument, cancellationToken);
}

internal sealed record AlertTestRequest(string? Channel);

/// <summary>An episode: what is of one kind and about one subject.</summary>
internal sealed record AlertDocument(
    string Id, string? Kind, string? Severity, string? Subject, long Occurrences, DateTimeOffset? FirstAt, DateTimeOffset? LastAt,
    IReadOnlyList<AlertDelivery>? Deliveries);

/// <param name="State"><c>pending</c>, <c>sent</c> or <c>failed</c>.</param>
internal sealed record AlertDelivery(
    string? Channel, string? Recipient, string? State, long Attempts, DateTimeOffset? NextAttemptAt, string? LastError)
{
    public string Target => Recipient is null ? $"{Channel}" : $"{Channel} {Recipient}";
}
