using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Work.Workspaces;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Tasks as their owners and the API see them. Ownership is checked in the statement that reads.</summary>
public sealed class TaskStore(Database database, TaskLog log, TaskFeed feed, AuditTrail audit, TimeProvider time)
{
    private const string From = "FROM tasks t JOIN projects p ON p.id = t.project_id JOIN workspaces w ON w.id = p.workspace_id";

    public Task<AgentTask?> FindAsync(Guid id, Caller caller, Grant grant, CancellationToken cancel) =>
        database.ReadAsync(r => r.SingleAsync<AgentTask>(
            $"SELECT t.* {From} WHERE t.id = @id AND {WorkspaceStore.Reachable}",
            new { id, Caller = caller.UserId, grant.All }), cancel);

    public Task<(IReadOnlyList<AgentTask> Rows, long Total)> ListAsync(
        Guid projectId, Caller caller, Grant grant, PageRequest page, CancellationToken cancel) =>
        database.ReadAsync(async r =>
        {
            var scope = new { projectId, Caller = caller.UserId, grant.All, page.After, Take = page.Limit + 1 };
            var where = $"t.project_id = @projectId AND {WorkspaceStore.Reachable}";
            var total = await r.ScalarAsync<long>($"SELECT COUNT(*) {From} WHERE {where}", scope);
            var rows = await r.QueryAsync<AgentTask>(
                $"SELECT t.* {From} WHERE {where} AND (@After IS NULL OR t.id < @After) ORDER BY t.id DESC LIMIT @Take", scope);
            return (rows, total);
        }, cancel);

    public async Task<AgentTask> CreateAsync(NewTask asked, Caller caller, RequestOrigin origin, CancellationToken cancel)
    {
        var made = new AgentTask
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            ProjectId = asked.ProjectId,
            CreatedBy = caller.UserId,
            Agent = asked.Agent,
            Model = asked.Model,
            Approvals = asked.Approvals,
            Prompt = asked.Prompt,
            State = TaskState.Queued,
            BudgetMicrousd = asked.BudgetMicroUsd,
            CreatedAt = time.GetUtcNow(),
        };
        await database.WriteAsync(async t =>
        {
            await t.ExecuteAsync(
                """
                INSERT INTO tasks (id, project_id, created_by, agent, model, approvals, prompt, state, output_offset, last_event,
                    turns, budget_microusd, spent_microusd, reserved_microusd, input_tokens, output_tokens, created_at)
                VALUES (@Id, @ProjectId, @CreatedBy, @Agent, @Model, @Approvals, @Prompt, @State, 0, 0,
                    0, @BudgetMicrousd, 0, 0, 0, 0, @CreatedAt)
                """, made);
            await AddMessageAsync(t, made.Id, caller.UserId, asked.Prompt);
            await log.AppendAsync(t, made.Id, TaskEvent.State(TaskState.Queued, null), TaskEvent.Message("user", asked.Prompt));
            await audit.RecordAsync(t, origin, new AuditEvent("task_created")
            {
                Details = new Dictionary<string, object?>
                {
                    ["project"] = asked.ProjectId, ["agent"] = asked.Agent, ["approvals"] = asked.Approvals,
                    ["prompt_bytes"] = System.Text.Encoding.UTF8.GetByteCount(asked.Prompt),
                },
            }.On("task", made.Id));
        }, cancel);
        return made;
    }

    /// <summary>Adds a further message. A task that was over is queued again; false when it was over for good (no conversation to resume).</summary>
    public async Task<bool> AddMessageAsync(AgentTask task, string text, Caller caller, RequestOrigin origin, CancellationToken cancel)
    {
        var added = await database.WriteAsync(async t =>
        {
            await log.LockAsync(t, task.Id);
            var now = await t.SingleAsync<AgentTask>("SELECT * FROM tasks WHERE id = @Id", new { task.Id });
            if (now is null || (now.State.IsFinal && now.AgentSession is null))
            {
                return false;
            }

            await AddMessageAsync(t, task.Id, caller.UserId, text);
            List<TaskEvent> events = [TaskEvent.Message("user", text)];
            if (now.State.IsFinal)
            {
                await t.ExecuteAsync(
                    """
                    UPDATE tasks SET state = @Queued, reason = NULL, finished_at = NULL, cancel_requested = NULL, output_offset = 0
                    WHERE id = @Id
                    """,
                    new { task.Id, TaskState.Queued });
                events.Insert(0, TaskEvent.State(TaskState.Queued, null));
            }

            await log.AppendAsync(t, task.Id, events);
            await audit.RecordAsync(t, origin, new AuditEvent("task_message_sent").On("task", task.Id));
            return true;
        }, cancel);
        feed.Changed(task.Id);
        return added;
    }

    /// <summary>Asks for the end. A queued task ends here and now; a running one is ended by its worker.</summary>
    public async Task<bool> RequestCancelAsync(Guid id, RequestOrigin origin, CancellationToken cancel)
    {
        var asked = await database.WriteAsync(async t =>
        {
            var now = time.GetUtcNow();
            var marked = await t.ExecuteAsync(
                """
                UPDATE tasks SET cancel_requested = COALESCE(cancel_requested, @now)
                WHERE id = @id AND state IN ('queued', 'starting', 'running', 'waiting_approval')
                """, new { id, now });
            if (marked == 0)
            {
                return false;
            }

            var ended = await t.ExecuteAsync(
                "UPDATE tasks SET state = @Cancelled, reason = 'cancelled', finished_at = @now WHERE id = @id AND state = @Queued",
                new { id, now, TaskState.Cancelled, TaskState.Queued });
            if (ended > 0)
            {
                await log.AppendAsync(t, id, TaskEvent.State(TaskState.Cancelled, "cancelled"));
            }

            await audit.RecordAsync(t, origin, new AuditEvent("task_cancel_requested").On("task", id));
            return true;
        }, cancel);
        feed.Changed(id);
        return asked;
    }

    private async Task AddMessageAsync(Transaction t, Guid taskId, Guid author, string text) =>
        await t.ExecuteAsync(
            """
            INSERT INTO task_messages (task_id, number, author_id, text, created_at)
            SELECT @taskId, COALESCE(MAX(number), 0) + 1, @author, @text, @Now FROM task_messages WHERE task_id = @taskId
            """,
            new { taskId, author, text, Now = time.GetUtcNow() });
}

/// <summary>What a new task is made of, already checked.</summary>
public sealed record NewTask(Guid ProjectId, string Prompt, string Agent, string Model, string Approvals, long BudgetMicroUsd);
