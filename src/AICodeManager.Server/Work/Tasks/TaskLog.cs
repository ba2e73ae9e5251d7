using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>A task's events: appended before they are shown, numbered without gaps, never changed.</summary>
public sealed class TaskLog(Database database, TaskFeed feed, TaskTexts texts, TimeProvider time)
{
    /// <summary>Appends inside a transaction; the caller announces the change after it is committed.</summary>
    public async Task AppendAsync(Transaction t, Guid taskId, params IReadOnlyList<TaskEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        // The row lock of this update is what keeps numbers in the order of commits.
        var last = await t.ScalarAsync<long>(
            "UPDATE tasks SET last_event = last_event + @Count WHERE id = @taskId RETURNING last_event",
            new { events.Count, taskId });
        for (var i = 0; i < events.Count; i++)
        {
            var number = last - events.Count + 1 + i;
            await t.ExecuteAsync(
                "INSERT INTO task_events (task_id, number, type, at, data) VALUES (@taskId, @number, @Type, @now, @Data)",
                new
                {
                    taskId,
                    number,
                    events[i].Type,
                    now,
                    Data = texts.KeepEvent(taskId, number, StoredEvent.Compose(now, events[i].Data)),
                });
        }
    }

    /// <summary>
    /// Holds the task's row to the end of the transaction, so that what is read of it stays true (PostgreSQL; SQLite's
    /// writers are alone anyway).
    /// </summary>
    public Task LockAsync(Transaction t, Guid taskId) =>
        t.ExecuteAsync("UPDATE tasks SET last_event = last_event WHERE id = @taskId", new { taskId });

    public async Task AppendAsync(Guid taskId, IReadOnlyList<TaskEvent> events, CancellationToken cancel)
    {
        await database.WriteAsync(t => AppendAsync(t, taskId, events), cancel);
        feed.Changed(taskId);
    }

    /// <summary>Appends what a stretch of output became, and remembers how far the output has been read, in one step.</summary>
    /// <param name="also">Written with them, or not at all.</param>
    public async Task AppendOutputAsync(
        Guid taskId, IReadOnlyList<TaskEvent> events, long outputOffset, CancellationToken cancel, Func<Transaction, Task>? also = null)
    {
        await database.WriteAsync(
            async t =>
            {
                await t.ExecuteAsync("UPDATE tasks SET output_offset = @outputOffset WHERE id = @taskId", new { outputOffset, taskId });
                await AppendAsync(t, taskId, events);
                if (also is not null)
                {
                    await also(t);
                }
            }, cancel);
        feed.Changed(taskId);
    }

    /// <summary>Up to 500 events after a number, in order.</summary>
    public async Task<IReadOnlyList<StoredEvent>> AfterAsync(Guid taskId, long number, CancellationToken cancel)
    {
        var events = await database.ReadAsync(r => r.QueryAsync<StoredEvent>(
            "SELECT number, type, data FROM task_events WHERE task_id = @taskId AND number > @number ORDER BY number LIMIT 500",
            new { taskId, number }), cancel);
        return [.. events.Select(happened => texts.Opened(taskId, happened))];
    }
}
