namespace AICodeManager.Server.Work.Workspaces.Environment;

/// <summary>A variable of a workspace as people see it: never its value.</summary>
public sealed record Variable
{
    public string Name { get; init; } = "";
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The account that set it last.</summary>
    public Guid UpdatedBy { get; init; }
}
