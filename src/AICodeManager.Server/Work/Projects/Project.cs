namespace AICodeManager.Server.Work.Projects;

/// <summary>A project: a working copy inside a workspace, and how it came to be.</summary>
public sealed record Project
{
    public Guid Id { get; init; }
    public Guid WorkspaceId { get; init; }

    public string Name { get; init; } = "";

    /// <summary><c>empty</c>, <c>archive</c> or <c>git</c>.</summary>
    public string SourceType { get; init; } = "";

    public string? SourceUrl { get; init; }

    /// <summary>One of <see cref="ProjectState"/>.</summary>
    public string State { get; init; } = "";

    /// <summary>Stable word why the project failed.</summary>
    public string? Reason { get; init; }

    /// <summary>For people: what the tool that failed had to say, bounded.</summary>
    public string? Detail { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public bool IsReady => State == ProjectState.Ready;
}

/// <summary>The states of a project.</summary>
public static class ProjectState
{
    /// <summary>The working copy is being made.</summary>
    public const string Preparing = "preparing";

    public const string Ready = "ready";

    /// <summary>It could not be made, see <see cref="Project.Reason"/>; the project can only be deleted.</summary>
    public const string Failed = "failed";
}

/// <summary>Why a project failed.</summary>
public static class ProjectFailure
{
    public const string Interrupted = "interrupted", TimedOut = "timed_out", SandboxUnavailable = "sandbox_unavailable",
        ArchiveUnreadable = "archive_unreadable", ArchiveTooLarge = "archive_too_large",
        CloneFailed = "clone_failed", CloneTooLarge = "clone_too_large", Internal = "internal_error";
}
