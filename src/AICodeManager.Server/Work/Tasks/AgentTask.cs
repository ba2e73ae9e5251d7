namespace AICodeManager.Server.Work.Tasks;

/// <summary>A task as it is stored. Money is in micro-dollars.</summary>
public sealed record AgentTask
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public Guid CreatedBy { get; init; }
    public string Agent { get; init; } = "";
    public string Model { get; init; } = "";
    public string Approvals { get; init; } = "";
    public string Prompt { get; init; } = "";
    public TaskState State { get; init; }
    public string? Reason { get; init; }

    /// <summary>Name of the engine that runs or ran it, for example <c>docker</c>.</summary>
    public string? Sandbox { get; init; }

    /// <summary>The agent's own conversation id, by which it is resumed.</summary>
    public string? AgentSession { get; init; }

    public string? GatewayTokenHash { get; init; }

    /// <summary>See <see cref="TaskTrace"/>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Bytes of the sandbox's output that have become events.</summary>
    public long OutputOffset { get; init; }

    public long LastEvent { get; init; }
    public long Turns { get; init; }
    public long BudgetMicrousd { get; init; }
    public long SpentMicrousd { get; init; }
    public long InputTokens { get; init; }
    public long OutputTokens { get; init; }
    public DateTimeOffset? CancelRequested { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Name of its sandbox, the same after a restart.</summary>
    public string SandboxName => $"aicli-task-{Id:N}";

    /// <summary>As one of many: of a long prompt only the beginning, a list would grow to hundreds of megabytes.</summary>
    public TaskView Summary() =>
        Prompt.Length <= SummaryPrompt ? View() : View() with { Prompt = string.Concat(Prompt.AsSpan(0, SummaryPrompt), "…") };

    private const int SummaryPrompt = 2000;

    public TaskView View() => new(
        Id, ProjectId, State, Reason, Prompt, Agent, Model, Approvals, Sandbox,
        Money.ToUsd(BudgetMicrousd), Money.ToUsd(SpentMicrousd), new TaskUsage(InputTokens, OutputTokens),
        CreatedAt, StartedAt, FinishedAt);
}

/// <summary>A task as clients see it (contract, section E).</summary>
public sealed record TaskView(
    Guid Id, Guid ProjectId, TaskState State, string? Reason, string Prompt, string Agent, string Model, string Approvals,
    string? Sandbox, decimal BudgetUsd, decimal CostUsd, TaskUsage Usage,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

public sealed record TaskUsage(long InputTokens, long OutputTokens);

/// <summary>Dollars on the wire, micro-dollars inside.</summary>
public static class Money
{
    public static decimal ToUsd(long microUsd) => microUsd / 1_000_000m;

    public static long ToMicroUsd(decimal usd) => (long)decimal.Round(usd * 1_000_000m);
}
