using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Tasks as the worker sees them: claimed, moved from state to state, ended. Their prompts stay as they lie in the database.</summary>
public sealed class RunStore(Database database, TaskLog log, TaskFeed feed, TaskTexts texts, AuditTrail audit, TimeProvider time)
{
    /// <summary>Takes the oldest queued task whose project is idle; null when there is none.</summary>
    public async Task<AgentTask?> ClaimAsync(string sandbox, CancellationToken cancel)
    {
        var claimed = await database.WriteAsync(async t =>
        {
            var task = await t.SingleAsync<AgentTask>(
                """
                UPDATE tasks SET state = 'starting', sandbox = @sandbox, started_at = COALESCE(started_at, @Now)
                WHERE state = 'queued' AND id = (
                    SELECT q.id FROM tasks q
                    WHERE q.state = 'queued' AND NOT EXISTS (
                        SELECT 1 FROM tasks a
                        WHERE a.project_id = q.project_id AND a.state IN ('starting', 'running', 'waiting_approval'))
                    ORDER BY q.id LIMIT 1)
                RETURNING *
                """,
                new { sandbox, Now = time.GetUtcNow() });
            if (task is not null)
            {
                await log.AppendAsync(t, task.Id, TaskEvent.State(TaskState.Starting, null));
                await audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("task_executed")
                {
                    ActorId = task.CreatedBy,
                    Details = new Dictionary<string, object?> { ["sandbox"] = sandbox },
                }.On("task", task.Id));
            }

            return task;
        }, cancel);
        if (claimed is not null)
        {
            feed.Changed(claimed.Id);
        }

        return claimed;
    }

    /// <summary>Tasks that were under way when this process began: an earlier one left them.</summary>
    public Task<IReadOnlyList<AgentTask>> ActiveAsync(CancellationToken cancel) =>
        database.ReadAsync(r => r.QueryAsync<AgentTask>(
            "SELECT * FROM tasks WHERE state IN ('starting', 'running', 'waiting_approval') ORDER BY id"), cancel);

    /// <summary>How many tasks of all nodes are in each state that is not final.</summary>
    public async Task<IReadOnlyDictionary<TaskState, long>> CountAsync(CancellationToken cancel)
    {
        var counted = await database.ReadAsync(r => r.QueryAsync<(string State, long Tasks)>(
            """
            SELECT state, COUNT(*) FROM tasks WHERE state IN ('queued', 'starting', 'running', 'waiting_approval') GROUP BY state
            """), cancel);
        return counted.ToDictionary(row => new TaskState(row.State), row => row.Tasks);
    }

    /// <summary>Every task there is, by id.</summary>
    public async Task<IReadOnlySet<Guid>> AllAsync(CancellationToken cancel) =>
        (await database.ReadAsync(r => r.QueryAsync<Guid>("SELECT id FROM tasks"), cancel)).ToHashSet();

    public Task<AgentTask?> FindAsync(Guid id, CancellationToken cancel) =>
        database.ReadAsync(r => r.SingleAsync<AgentTask>("SELECT * FROM tasks WHERE id = @id", new { id }), cancel);

    public Task SetGatewayTokenAsync(Guid id, string hash, CancellationToken cancel) =>
        database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE tasks SET gateway_token_hash = @hash, output_offset = 0 WHERE id = @id", new { id, hash }), cancel);

    public Task SetAgentSessionAsync(Guid id, string session, CancellationToken cancel) =>
        database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE tasks SET agent_session = @session WHERE id = @id", new { id, session }), cancel);

    public Task AddTurnsAsync(Guid id, int turns, CancellationToken cancel) =>
        database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE tasks SET turns = turns + @turns WHERE id = @id", new { id, turns }), cancel);

    /// <summary>Moves an active task to another active state and says so.</summary>
    public async Task MoveAsync(Guid id, TaskState state, CancellationToken cancel)
    {
        await database.WriteAsync(async t =>
        {
            if (await t.ExecuteAsync("UPDATE tasks SET state = @state WHERE id = @id AND state <> @state", new { id, state }) > 0)
            {
                await log.AppendAsync(t, id, TaskEvent.State(state, null));
            }
        }, cancel);
        feed.Changed(id);
    }

    /// <summary>
    /// Ends a run. Messages that arrived too late for it put the task back into the queue instead; so nothing anybody
    /// said is dropped between the last look and the end.
    /// </summary>
    internal async Task FinishAsync(Guid id, RunOutcome outcome, CancellationToken cancel)
    {
        await database.WriteAsync(async t =>
        {
            await log.LockAsync(t, id);
            var (state, reason) = (outcome.State, outcome.Reason);
            var task = (await t.SingleAsync<AgentTask>("SELECT * FROM tasks WHERE id = @id", new { id }))!;
            var late = state == TaskState.Succeeded && task.AgentSession is not null && await t.ScalarAsync<long>(
                "SELECT COUNT(*) FROM task_messages WHERE task_id = @id AND delivered_at IS NULL", new { id }) > 0;
            var next = late ? TaskState.Queued : state;
            await t.ExecuteAsync(
                "UPDATE tasks SET state = @next, reason = @reason, finished_at = @At WHERE id = @id",
                new { id, next, reason, At = late ? (DateTimeOffset?)null : time.GetUtcNow() });
            if (!late)
            {
                await log.AppendAsync(t, id, TaskEvent.Result(next.Word, state == TaskState.Succeeded ? outcome.Text : null, task.Turns, task));
            }

            await log.AppendAsync(t, id, TaskEvent.State(next, reason));
            await audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("task_finished")
            {
                Outcome = state == TaskState.Succeeded ? AuditOutcome.Success : AuditOutcome.Failure,
                ActorId = task.CreatedBy,
                Reason = reason,
                Details = new Dictionary<string, object?>
                {
                    ["state"] = next.Word, ["cost_usd"] = Money.ToUsd(task.SpentMicrousd), ["sandbox"] = task.Sandbox,
                    ["untold_calls"] = outcome.UntoldCalls,
                },
            }.On("task", id));
        }, cancel);
        feed.Changed(id);
    }

    /// <summary>
    /// The next message the agent has not been given, marked as given together with the output that is dealt with by it;
    /// null, and nothing changed, when there is none.
    /// </summary>
    public Task<string?> TakeMessageAsync(Guid id, long outputOffset, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            var message = await t.SingleAsync<Said>(
            """
            UPDATE task_messages SET delivered_at = @Now
            WHERE task_id = @id AND number = (
                SELECT MIN(number) FROM task_messages WHERE task_id = @id AND delivered_at IS NULL)
            RETURNING number, text
            """, new { id, Now = time.GetUtcNow() });
            if (message is null)
            {
                return null;
            }

            await t.ExecuteAsync("UPDATE tasks SET output_offset = @outputOffset WHERE id = @id", new { id, outputOffset });
            return texts.ReadMessage(id, message.Number, message.Text);
        }, cancel);

    /// <summary>The workspace that a project belongs to.</summary>
    public Task<Guid> WorkspaceOfAsync(Guid projectId, CancellationToken cancel) =>
        database.ReadAsync(r => r.SingleAsync<Guid>("SELECT workspace_id FROM projects WHERE id = @projectId", new { projectId }), cancel);

    /// <summary>Somebody said something that the agent has not been given.</summary>
    public Task<bool> HasUndeliveredAsync(Guid id, CancellationToken cancel) =>
        database.ReadAsync(async r => await r.ScalarAsync<long>(
            "SELECT COUNT(*) FROM task_messages WHERE task_id = @id AND delivered_at IS NULL", new { id }) > 0, cancel);

    private sealed record Said
    {
        public long Number { get; init; }
        public string Text { get; init; } = "";
    }
}
