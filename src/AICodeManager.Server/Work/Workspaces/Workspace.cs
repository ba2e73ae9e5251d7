namespace AICodeManager.Server.Work.Workspaces;

/// <summary>A workspace, as one of those who may see it sees it.</summary>
public sealed record Workspace
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";

    /// <summary>The caller's membership; null for somebody who reaches everybody's.</summary>
    public string? Role { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
