using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// Takes queued tasks and runs them, a bounded number at a time. At its start it takes up what an earlier process left:
/// running sandboxes are gone on with, tasks without one end, sandboxes without a task are removed.
/// </summary>
public sealed partial class TaskWorker(
    TaskLauncher launcher, RunStore runs, Sandboxes sandboxes, SandboxGate gate, Settings settings, TimeProvider time,
    ILogger<TaskWorker> log) : BackgroundService
{
    // Other nodes may queue tasks in the same database; nobody wakes us for those.
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Guid, (RunInbox Inbox, Task Done)> active = new();
    private readonly SemaphoreSlim wake = new(0);

    /// <summary>Looks for queued tasks now.</summary>
    public void Wake() => wake.Release();

    /// <summary>Tells a run that the store has something for it; looks for queued tasks when there is no such run.</summary>
    public void Wake(Guid taskId)
    {
        if (active.TryGetValue(taskId, out var run))
        {
            run.Inbox.Post(new RunStep.Nudge());
        }

        Wake();
    }

    /// <summary>Tells a run to look at its cancellation, and gives it a bounded time to end.</summary>
    public async Task CancelAsync(Guid taskId, CancellationToken cancel)
    {
        if (active.TryGetValue(taskId, out var run))
        {
            run.Inbox.PostEnd(new RunStep.Nudge());
            await Task.WhenAny(run.Done, Task.Delay(CancelPatience, time, cancel));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await TakeUpAsync(stoppingToken);
            while (true)
            {
                await ClaimAsync(stoppingToken);
                await wake.WaitAsync(PollInterval, stoppingToken);
                while (wake.Wait(0, CancellationToken.None))
                {
                    // Several calls are answered by one look.
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(active.Values.Select(r => r.Done));
        }
    }

    private async Task ClaimAsync(CancellationToken stopping)
    {
        try
        {
            while (gate.Settled
                && active.Count < settings.Tasks.MaxConcurrent
                && await runs.ClaimAsync((await sandboxes.EngineAsync(stopping)).Name, stopping) is { } task)
            {
                Begin(task, attach: false, stopping);
            }
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // A time-out of the engine's is a cancellation too, and must not end the worker. The database or the engine is away: the tasks stay queued and the next look finds them.
            LogClaimFailed(log, fault);
        }
    }

    private async Task TakeUpAsync(CancellationToken stopping)
    {
        foreach (var task in await runs.ActiveAsync(stopping))
        {
            LogTakenUp(log, task.Id, task.State);
            Begin(task, attach: true, stopping);
        }

        await launcher.RemoveStraysAsync(active.Keys, stopping);
    }

    private void Begin(AgentTask task, bool attach, CancellationToken stopping)
    {
        var inbox = new RunInbox();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = (Inbox: inbox, Done: ended.Task);
        // A message may have put the task back into the queue before its last run has put everything away.
        var earlier = active.TryGetValue(task.Id, out var last) ? last.Done : Task.CompletedTask;
        active[task.Id] = run;
        _ = RunAsync();

        async Task RunAsync()
        {
            try
            {
                await Task.Yield();
                await earlier;
                await launcher.RunAsync(task, attach, inbox, stopping);
            }
            catch (Exception fault)
            {
                LogRunFailed(log, task.Id, fault);
            }
            finally
            {
                active.TryRemove(KeyValuePair.Create(task.Id, run));
                inbox.Dispose();
                ended.SetResult();
                Wake();
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Task {id} ({state}) was under way when the server ended; taking it up")]
    private static partial void LogTakenUp(ILogger logger, Guid id, TaskState state);

    [LoggerMessage(LogLevel.Error, "Queued tasks could not be looked at")]
    private static partial void LogClaimFailed(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Error, "The run of task {id} failed")]
    private static partial void LogRunFailed(ILogger logger, Guid id, Exception fault);
}
