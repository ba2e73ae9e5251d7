using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.ModelGateway;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>How a run ended: the state, a stable reason and, where it helps, words for people.</summary>
internal sealed record RunOutcome(TaskState State, string? Reason, string? Text = null)
{
    /// <summary>Tool calls that the audit was not told of one by one.</summary>
    public long UntoldCalls { get; init; }

    public static RunOutcome Failed(string reason, string? text = null) => new(TaskState.Failed, reason, text);

    public static readonly RunOutcome Cancelled = new(TaskState.Cancelled, "cancelled");

    /// <summary>The reasons of <c>docs/tasks.md</c> for a sandbox that ended before its agent was done.</summary>
    public static RunOutcome Of(SandboxExit exit, string errorTail) => exit.Cause switch
    {
        SandboxEnd.OutOfMemory => Failed("out_of_memory", "The sandbox reached its memory limit."),
        SandboxEnd.FolderFull => Failed("working_copy_full", "The working copy grew past its size limit."),
        SandboxEnd.HostDiskFull => Failed("disk_full", "The server's disk is nearly full."),
        SandboxEnd.OutputFull => Failed("output_limit", "The agent wrote more output than a task may."),
        SandboxEnd.EngineLost => Failed("engine_lost", "The sandbox engine went away."),
        _ => Failed("agent_died", $"The agent ended with exit code {exit.ExitCode} before its turn was over. {errorTail}".TrimEnd()),
    };

    /// <summary>A turn that failed; what the gateway knows about it is surer than what the agent says.</summary>
    public static RunOutcome Of(AgentSignal.TurnEnded turn, UpstreamFault? fault) =>
        Failed(fault?.Kind ?? Word(turn.Subtype), fault?.Message ?? turn.Text ?? turn.Subtype);

    // The CLI's own subtypes are words; anything else is not trusted to be one.
    private static string Word(string subtype) =>
        subtype is { Length: > 0 and < 40 } && subtype.All(c => char.IsAsciiLetterLower(c) || c == '_') && subtype != "success"
            ? subtype
            : "agent_error";
}
