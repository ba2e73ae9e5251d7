using System.Collections.Concurrent;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Wakes those who watch a task when it has something new. What is new they read from the store.</summary>
public sealed class TaskFeed
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> waiting = new();

    /// <summary>Completes at the next change of the task. Take it before reading the store, so that nothing is missed.</summary>
    public Task NextChange(Guid taskId) =>
        waiting.GetOrAdd(taskId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed(Guid taskId)
    {
        if (waiting.TryRemove(taskId, out var signal))
        {
            signal.SetResult();
        }
    }
}
