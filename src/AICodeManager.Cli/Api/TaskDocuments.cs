using System.Text.Json;

namespace AICodeManager.Cli.Api;

/// <summary>A prompt given to an agent CLI. Money is in US dollars.</summary>
internal sealed record AgentTask(
    string Id, string? ProjectId, string State, string? Reason, string? Prompt, string? Agent, string? Approvals,
    decimal? BudgetUsd, decimal? CostUsd, TaskUsage? Usage,
    DateTimeOffset? CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>Whether a state is an end. A further message can begin a new turn after it.</summary>
    public static bool IsFinal(string? state) => state is "succeeded" or "failed" or "cancelled" or "timed_out";
}

/// <summary>Tokens.</summary>
internal sealed record TaskUsage(long? InputTokens, long? OutputTokens);

internal sealed record RunTaskRequest(string Prompt, string? Agent, string? Approvals, decimal? BudgetUsd);

internal sealed record MessageRequest(string Text);

/// <param name="State"><c>pending</c>, <c>allowed</c>, <c>denied</c> or <c>withdrawn</c>.</param>
internal sealed record Approval(
    string RequestId, string? Tool, JsonElement? Input, string? State,
    DateTimeOffset? CreatedAt, DateTimeOffset? DecidedAt, string? DecidedBy)
{
    public bool IsPending => State is "pending";
}

/// <param name="Decision"><c>allow</c> or <c>deny</c>.</param>
/// <param name="Message">Why not; the agent reads it.</param>
internal sealed record DecisionRequest(string Decision, bool? Remember, string? Message);
