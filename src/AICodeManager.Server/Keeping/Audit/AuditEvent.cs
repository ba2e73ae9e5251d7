namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Something that happened and must be known later: what, on what, how it ended. Who and where from come from the request.</summary>
/// <param name="Name">Stable snake_case name, see <c>docs/audit-events.md</c>.</param>
public sealed record AuditEvent(string Name)
{
    /// <summary><c>success</c>, <c>refused</c> or <c>failure</c>.</summary>
    public string Outcome { get; init; } = AuditOutcome.Success;

    /// <summary>Kind of the thing acted on, for example <c>project</c>.</summary>
    public string? ResourceType { get; init; }

    public string? ResourceId { get; init; }

    /// <summary>Code or short words why; never a secret, a prompt or a file's content.</summary>
    public string? Reason { get; init; }

    /// <summary>The account acted for, where no caller is signed in (a login, a worker's step).</summary>
    public Guid? ActorId { get; init; }

    /// <summary>Further facts, small and flat.</summary>
    public IReadOnlyDictionary<string, object?>? Details { get; init; }

    public AuditEvent On(string type, object id) => this with { ResourceType = type, ResourceId = id.ToString() };
}

/// <summary>The three ways an audited action ends.</summary>
public static class AuditOutcome
{
    public const string Success = "success";
    public const string Refused = "refused";
    public const string Failure = "failure";
}
