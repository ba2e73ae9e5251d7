using System.Text.Json;

namespace AICodeManager.Cli.Api;

internal sealed record NameRequest(string Name);

/// <param name="AuditContent">The audit keeps prompts and tool calls themselves; null for a server that does not say.</param>
internal sealed record Workspace(string Id, string Name, string? Role, bool? AuditContent, DateTimeOffset? CreatedAt);

internal sealed record WorkspaceChange(string Name, bool AuditContent);

/// <param name="State"><c>preparing</c>, <c>ready</c> or <c>failed</c>.</param>
/// <param name="Reason">Why it failed.</param>
internal sealed record Project(
    string Id, string? WorkspaceId, string Name, JsonElement? Source, string? State, string? Reason, DateTimeOffset? CreatedAt);

internal sealed record CreateProjectRequest(string Name, ProjectSource? Source);

/// <param name="Type"><c>empty</c> or <c>git</c>.</param>
internal sealed record ProjectSource(string Type, string? Url, string? Branch);

/// <param name="Size">Bytes.</param>
internal sealed record FileEntry(string Path, string? Type, long? Size, DateTimeOffset? ModifiedAt);

internal sealed record CommitRequest(string Message);

internal sealed record CommitAnswer(string? Commit);

internal sealed record DiscardRequest(IReadOnlyList<string>? Paths);
