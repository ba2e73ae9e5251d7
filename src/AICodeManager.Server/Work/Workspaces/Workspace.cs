namespace AICodeManager.Server.Work.Workspaces;

/// <summary>A workspace, as one of those who may see it sees it.</summary>
public sealed record Workspace
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";

    /// <summary>The caller's membership; null for somebody who reaches everybody's.</summary>
    public string? Role { get; init; }

    /// <summary>The audit keeps prompts and tool calls of its tasks themselves, beside their hashes.</summary>
    public bool AuditContent { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
