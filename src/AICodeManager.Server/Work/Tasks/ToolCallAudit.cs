using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// Tells the audit of an agent's tool calls, at most <see cref="MostInAMinute"/> a minute of one run: what writes them sits
/// in a sandbox and may write as many as it likes. Those beyond are counted; the next event, or the run's last, says how many.
/// </summary>
/// <remarks>Every call stands in the task's own events, which have bounds of their own. Used by one run, a step at a time.</remarks>
internal sealed class ToolCallAudit(AuditTrail audit, AgentTask task, TimeProvider time)
{
    public const int MostInAMinute = 60;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private long windowBegan = time.GetTimestamp();
    private int told;

    /// <summary>Calls that no event has told of yet.</summary>
    public long Untold { get; private set; }

    /// <summary>What goes into the transaction that keeps the call; null where it is counted only.</summary>
    public Func<Transaction, Task>? Of(AgentSignal.ToolCalled call)
    {
        if (time.GetElapsedTime(windowBegan) >= Window)
        {
            (windowBegan, told) = (time.GetTimestamp(), 0);
        }

        if (told >= MostInAMinute)
        {
            Untold++;
            return null;
        }

        told++;
        var untold = Untold;
        Untold = 0;
        return t => RecordAsync(t, call, untold);
    }

    private async Task RecordAsync(Transaction t, AgentSignal.ToolCalled call, long untold)
    {
        // What is not plain has no text to take a hash of; the agent's next answer is a refusal anyway.
        var input = PlainInput.Holds(call.Input) ? call.Input.GetRawText() : null;
        var details = new Dictionary<string, object?>
        {
            ["tool"] = call.Tool, ["input_sha256"] = input is null ? null : Approval.HashOf(call.Tool, input),
        };
        if (untold > 0)
        {
            details["untold"] = untold;
        }

        if (input is not null && await AuditedContent.OfTaskAsync(t, task.Id))
        {
            details.With("input", input);
        }

        await audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("tool_called")
        {
            ActorId = task.CreatedBy,
            Details = details,
        }.On("task", task.Id));
    }
}
