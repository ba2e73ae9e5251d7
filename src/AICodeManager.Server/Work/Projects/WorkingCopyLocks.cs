using System.Collections.Concurrent;

namespace AICodeManager.Server.Work.Projects;

/// <summary>A working copy has one writer: a running task, a commit, a discard, an upload. Thread-safe.</summary>
public sealed class WorkingCopyLocks
{
    private readonly ConcurrentDictionary<Guid, Held> held = new();

    /// <summary>Takes the working copy; null while somebody else has it. Disposing gives it back.</summary>
    /// <param name="purpose">For people, as in "a task is under way".</param>
    public IDisposable? TryEnter(Guid projectId, string purpose)
    {
        var mine = new Held(this, projectId, purpose);
        return held.TryAdd(projectId, mine) ? mine : null;
    }

    /// <summary>Who has the working copy; null when it is free.</summary>
    public string? HeldFor(Guid projectId) => held.TryGetValue(projectId, out var holder) ? holder.Purpose : null;

    private sealed class Held(WorkingCopyLocks locks, Guid projectId, string purpose) : IDisposable
    {
        public string Purpose => purpose;

        // Only this very hold is removed, so that a second Dispose cannot end a later holder's.
        public void Dispose() => locks.held.TryRemove(new KeyValuePair<Guid, Held>(projectId, this));
    }
}
