using System.Diagnostics;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// Lets one trace go through from the request that asked for a task to the sandbox that runs it, on whichever node and after
/// whichever restart: the request's place in its trace is kept in the task's row (<c>tasks.trace_parent</c>).
/// </summary>
internal static class TaskTrace
{
    /// <summary>Keeps where the request under way stands in its trace; costs nothing where none is recorded.</summary>
    /// <param name="before">What the row has.</param>
    public static async Task KeepAsync(Transaction t, Guid id, string? before)
    {
        var now = Activity.Current is { Recorded: true, Id: var parent } ? parent : null;
        if (now != before)
        {
            await t.ExecuteAsync("UPDATE tasks SET trace_parent = @now WHERE id = @id", new { id, now });
        }
    }

    /// <summary>The span of a run; null while nobody records.</summary>
    /// <param name="attached">An earlier process began the run.</param>
    public static Activity? Begin(AgentTask task, bool attached)
    {
        // A worker's flow of control belongs to no request, except that a test's may.
        ActivityContext.TryParse(task.TraceParent, null, out var asked);
        ActivityLink[] links = asked == default ? [] : [new(asked)];
        return Tracing.Source.StartActivity("task", ActivityKind.Consumer, asked, links: links)?
            .SetTag("aicli.task.agent", task.Agent).SetTag("gen_ai.request.model", task.Model).SetTag("aicli.task.attached", attached);
    }
}
