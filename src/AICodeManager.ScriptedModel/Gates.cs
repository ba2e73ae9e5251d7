using System.Collections.Concurrent;

namespace AICodeManager.ScriptedModel;

/// <summary>Named points at which an answer waits until somebody lets it pass: order without clocks.</summary>
internal sealed class Gates
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> gates = new();

    public void Open(string name) => Gate(name).TrySetResult();

    public Task PassAsync(string? name, CancellationToken cancel) =>
        name is null ? Task.CompletedTask : Gate(name).Task.WaitAsync(cancel);

    private TaskCompletionSource Gate(string name) =>
        gates.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
