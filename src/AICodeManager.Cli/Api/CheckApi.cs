namespace AICodeManager.Cli.Api;

/// <summary>The route /admin/security-check.</summary>
internal sealed class CheckApi(ApiConnection connection)
{
    /// <param name="reviews">Words such as <c>weekly</c>; none for all.</param>
    public Task<Reply<CheckDocument>> RunAsync(IReadOnlyList<string> reviews, CancellationToken cancellationToken) => connection.GetAsync(
        reviews.Count == 0 ? "/admin/security-check" : $"/admin/security-check?{string.Join('&', reviews.Select(review => $"review={Uri.EscapeDataString(review)}"))}",
        CliJson.Default.CheckDocument, cancellationToken);
}

/// <summary>What a security check found.</summary>
internal sealed record CheckDocument(
    IReadOnlyList<string>? Reviews, CheckTotals? Counts, DateTimeOffset? LastRunAt, string? Unrecorded, IReadOnlyList<CheckEntry>? Items);

internal sealed record CheckTotals(int Pass, int Warn, int Fail, int Skip);

/// <param name="Result"><c>pass</c>, <c>warn</c>, <c>fail</c> or <c>skip</c>.</param>
internal sealed record CheckEntry(string? Id, CheckText? Title, string? Result, string? Evidence, CheckText? ToDo, string? Previous);

/// <summary>A text in both languages.</summary>
internal sealed record CheckText(string? En, string? Ko);
