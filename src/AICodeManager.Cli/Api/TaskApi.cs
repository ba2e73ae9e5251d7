namespace AICodeManager.Cli.Api;

/// <summary>The routes of tasks and their approvals.</summary>
internal sealed class TaskApi(ApiConnection connection)
{
    /// <inheritdoc cref="ApiConnection.HasAnswered"/>
    public bool HasAnswered => connection.HasAnswered;

    public Task<Reply<IReadOnlyList<AgentTask>>> ListAsync(string project, CancellationToken cancellationToken) =>
        connection.ListAsync($"/projects/{Route.Segment(project)}/tasks", CliJson.Default.AgentTask, cancellationToken);

    public Task<Reply<AgentTask>> RunAsync(string project, RunTaskRequest request, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, $"/projects/{Route.Segment(project)}/tasks")
            {
                Body = () => CliJson.Body(request, CliJson.Default.RunTaskRequest),
            },
            CliJson.Default.AgentTask, cancellationToken);

    public Task<Reply<AgentTask>> GetAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync(At(id), CliJson.Default.AgentTask, cancellationToken);

    public Task SendAsync(string id, string text, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Post, $"{At(id)}/messages") { Body = () => CliJson.Body(new(text), CliJson.Default.MessageRequest) },
            cancellationToken);

    public Task CancelAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Post, $"{At(id)}/cancel"), cancellationToken);

    public Task<Reply<IReadOnlyList<Approval>>> ApprovalsAsync(string id, CancellationToken cancellationToken) =>
        connection.ListAsync($"{At(id)}/approvals", CliJson.Default.Approval, cancellationToken);

    public Task DecideAsync(string id, string request, DecisionRequest decision, CancellationToken cancellationToken) =>
        connection.DoAsync(
            new Request(HttpMethod.Post, $"{At(id)}/approvals/{Route.Segment(request)}")
            {
                Body = () => CliJson.Body(decision, CliJson.Default.DecisionRequest),
            },
            cancellationToken);

    /// <summary>Opens the event stream; the caller disposes of the response.</summary>
    /// <param name="after">The last event already seen; null: from the beginning.</param>
    public Task<HttpResponseMessage> OpenEventsAsync(string id, string? after, CancellationToken cancellationToken) =>
        connection.SendAsync(
            new Request(HttpMethod.Get, $"{At(id)}/events") { Accept = "text/event-stream", LastEventId = after },
            HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    private static string At(string id) => $"/tasks/{Route.Segment(id)}";
}
