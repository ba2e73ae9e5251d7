namespace AICodeManager.Cli.Api;

/// <param name="Network">An address, or a range in CIDR notation.</param>
/// <param name="Force">Also where this very client comes from there.</param>
internal sealed record BlockRequest(string Network, string? Scope, long? DurationSeconds, string? Comment, bool Force);

/// <param name="Comment">Empty text is none.</param>
internal sealed record BlockCommentRequest(string? Comment);

/// <summary>A network that is kept out, or was.</summary>
internal sealed record BlockView(
    string Id, string? Network, string? Scope, string? Reason, string? Comment, bool Active, DateTimeOffset? CreatedAt,
    DateTimeOffset? Until, string? CreatedBy, DateTimeOffset? LiftedAt, string? LiftedBy);
