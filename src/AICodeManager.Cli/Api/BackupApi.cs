namespace AICodeManager.Cli.Api;

/// <summary>The routes under /admin/backups.</summary>
internal sealed class BackupApi(ApiConnection connection)
{
    public Task<Reply<IReadOnlyList<BackupDocument>>> ListAsync(string? state, CancellationToken cancellationToken) =>
        connection.ListAsync(
            state is null ? "/admin/backups" : $"/admin/backups?state={Uri.EscapeDataString(state)}", CliJson.Default.BackupDocument, cancellationToken);

    public Task<Reply<BackupDocument>> GetAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync(At(id), CliJson.Default.BackupDocument, cancellationToken);

    /// <param name="workingCopies">Null: as the server is configured.</param>
    public Task<Reply<BackupDocument>> CreateAsync(bool? workingCopies, CancellationToken cancellationToken) =>
        connection.ReadAsync(
            new Request(HttpMethod.Post, "/admin/backups") { Body = () => CliJson.Body(new(workingCopies), CliJson.Default.BackupRequest) },
            CliJson.Default.BackupDocument, cancellationToken);

    public Task<Reply<BackupDocument>> VerifyAsync(string id, CancellationToken cancellationToken) =>
        connection.ReadAsync(new Request(HttpMethod.Post, $"{At(id)}/verify"), CliJson.Default.BackupDocument, cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(new Request(HttpMethod.Delete, At(id)), cancellationToken);

    private static string At(string id) => $"/admin/backups/{Route.Segment(id)}";
}

internal sealed record BackupRequest(bool? WorkingCopies);

/// <param name="State"><c>running</c>, <c>verified</c>, <c>failed</c>, <c>deleted</c> or <c>found</c>.</param>
/// <param name="Reason">A word; <paramref name="Detail"/> says the same for people.</param>
internal sealed record BackupDocument(
    string Id, string? Name, string? State, DateTimeOffset? ScheduledFor, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, DateTimeOffset? CheckedAt, DateTimeOffset? VerifiedAt,
    long? Bytes, long? RowCount, string? Reason, string? Detail, string? Node);
