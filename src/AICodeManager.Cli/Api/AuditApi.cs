using System.Text.Json;

namespace AICodeManager.Cli.Api;

/// <summary>The routes under /admin/audit.</summary>
internal sealed class AuditApi(ApiConnection connection)
{
    private const string Base = "/admin/audit";

    /// <summary>One page; the JSON is the page as it came.</summary>
    public Task<Reply<ListDocument>> PageAsync(AuditQuestion question, int limit, bool oldestFirst, string? cursor, CancellationToken cancellationToken)
    {
        List<string> more = [$"limit={limit}", $"order={(oldestFirst ? "oldest" : "newest")}"];
        if (cursor is not null)
            more.Add($"cursor={Uri.EscapeDataString(cursor)}");
        return connection.GetAsync(question.Route(Base, more), CliJson.Default.ListDocument, cancellationToken);
    }

    /// <summary>Every event that matches, one a line, oldest first; the caller disposes of the response.</summary>
    public Task<HttpResponseMessage> ExportAsync(AuditQuestion question, string format, CancellationToken cancellationToken) =>
        connection.SendAsync(
            new Request(HttpMethod.Get, question.Route(Base, [$"format={format}"])) { Accept = "*/*", IsTransfer = true },
            HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public Task<Reply<IReadOnlyList<AuditStreamDocument>>> StreamsAsync(CancellationToken cancellationToken) =>
        connection.ListAsync($"{Base}/streams", CliJson.Default.AuditStreamDocument, cancellationToken);

    public static AuditDocument Read(JsonElement item) =>
        item.Deserialize(CliJson.Default.AuditDocument) ?? throw new JsonException("a list holds null");
}

/// <summary>Which events are asked for, as the route's parameters, in the order they were given.</summary>
internal sealed record AuditQuestion(IReadOnlyList<(string Name, string Value)> Filters)
{
    public string Route(string path, IEnumerable<string> more) =>
        $"{path}?{string.Join('&', Filters.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}").Concat(more))}";

    /// <summary>The same for what happened from then on.</summary>
    public AuditQuestion From(DateTimeOffset from) =>
        new([.. Filters.Where(one => one.Name != "from"), ("from", from.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture))]);
}

internal sealed record AuditDocument(
    string Id, DateTimeOffset? At, string? Name, string? Outcome, string? ActorId, string? SessionId, string? KeyId, string? RequestId, string? Address,
    string? ResourceType, string? ResourceId, string? Reason);

/// <param name="State"><c>current</c>, <c>behind</c>, <c>failing</c> or <c>stopped</c>.</param>
internal sealed record AuditStreamDocument(
    string Name, string? Type, string? Target, string? State, long LagSeconds, long Sent, DateTimeOffset? LastSentAt, long Failures, string? LastError, string? Node);
