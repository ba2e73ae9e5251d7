using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>tasks</c> (our own): how many tasks run, how long, and what they may spend and say.</summary>
public sealed record TaskSettings
{
    /// <summary>Tasks that run at once on this node.</summary>
    public required int MaxConcurrent { get; init; }

    /// <summary>How long a task may run, waiting for people left out.</summary>
    public required TimeSpan TimeLimit { get; init; }

    /// <summary>How long a task waits for an approval before it is ended; it never goes on by itself.</summary>
    public required TimeSpan ApprovalWaitLimit { get; init; }

    /// <summary>Bytes of output that one task's agent CLI may write.</summary>
    public required long OutputLimit { get; init; }

    /// <summary>What a task may spend where its request names no budget, in US dollars.</summary>
    public required decimal DefaultBudgetUsd { get; init; }

    internal static TaskSettings Read(SectionReader section) => new()
    {
        MaxConcurrent = section.Value("max_concurrent", "4", Numbers.Whole(1, 256)),
        TimeLimit = section.Value("time_limit", "30m", Durations.Between("1s", "24h")),
        ApprovalWaitLimit = section.Value("approval_wait_limit", "24h", Durations.Between("1s", "30d")),
        OutputLimit = section.Value("output_limit", "64m", Sizes.Between("64k", "4g")),
        DefaultBudgetUsd = section.Value("default_budget_usd", "5.00", Numbers.Decimal(0.000001m, 10_000m)),
    };
}
