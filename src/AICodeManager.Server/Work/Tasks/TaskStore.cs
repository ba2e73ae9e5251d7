using System.Data.Common;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Work.Workspaces;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Tasks as people and the API see them. The check of membership stands in the statement that reads or changes.</summary>
public sealed class TaskStore(Database database, TaskLog log, TaskFeed feed, TaskTexts texts, AuditTrail audit, TimeProvider time)
{
    private const string
        From = "FROM tasks t JOIN projects p ON p.id = t.project_id JOIN workspaces w ON w.id = p.workspace_id",
        This = $"{From} WHERE t.id = @id",
        Project = "FROM projects p JOIN workspaces w ON w.id = p.workspace_id WHERE p.id = @projectId";

    /// <summary>A task, for a caller who may do with it what the grant is for.</summary>
    public Task<Reached<AgentTask>> FindAsync(Guid id, Caller caller, Grant grant, CancellationToken cancel) =>
        database.ReadAsync(r => FindAsync(r, id, caller, grant), cancel);

    /// <summary>The same within a transaction that changes something of the task.</summary>
    public async Task<Reached<AgentTask>> FindAsync(Reader reader, Guid id, Caller caller, Grant grant)
    {
        var scope = new { id, Caller = caller.UserId, grant.All, grant.Least };
        return await reader.SingleAsync<AgentTask>($"SELECT t.* {This} AND {Reachability.Allowed}", scope) is { } found
            ? texts.Opened(found)
            : await Reachability.WhyNotAsync(reader, This, scope, grant);
    }

    /// <summary>The tasks of a project, newest first.</summary>
    public Task<Reached<Listing<AgentTask>>> ListAsync(
        Guid projectId, Caller caller, Grant grant, PageRequest page, CancellationToken cancel) =>
        database.ReadAsync<Reached<Listing<AgentTask>>>(async r =>
        {
            var scope = new { projectId, Caller = caller.UserId, grant.All, grant.Least, page.After, Take = page.Limit + 1 };
            if (await r.ScalarAsync<long>($"SELECT COUNT(*) {Project} AND {Reachability.Allowed}", scope) == 0)
            {
                return await Reachability.WhyNotAsync(r, Project, scope, grant);
            }

            var total = await r.ScalarAsync<long>("SELECT COUNT(*) FROM tasks WHERE project_id = @projectId", scope);
            var rows = await r.QueryAsync<AgentTask>(
                $"""
                SELECT t.* {From} WHERE t.project_id = @projectId AND {Reachability.Allowed}
                    AND (@After IS NULL OR t.id < @After) ORDER BY t.id DESC LIMIT @Take
                """, scope);
            return new Listing<AgentTask>([.. rows.Select(texts.Opened)], total);
        }, cancel);

    /// <summary>Queues a new task.</summary>
    public async Task<Reached<AgentTask>> CreateAsync(
        NewTask asked, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel)
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
        try
        {
            return await database.WriteAsync(t => CreateAsync(t, made, caller, grant, origin), cancel);
        }
        catch (DbException fault) when (BrokenRule.IsReference(fault))
        {
            // The project was deleted this moment.
            return Refusals.NotFound();
        }
    }

    private async Task<Reached<AgentTask>> CreateAsync(
        Transaction t, AgentTask made, Caller caller, Grant grant, RequestOrigin origin)
    {
        var row = new
        {
            made.Id, projectId = made.ProjectId, made.Agent, made.Model, made.Approvals, Prompt = texts.KeepPrompt(made.Id, made.Prompt), made.State, made.BudgetMicrousd,
            made.CreatedAt, Caller = caller.UserId, grant.All, grant.Least,
        };
        if (await t.ExecuteAsync(
            $"""
            INSERT INTO tasks (id, project_id, created_by, agent, model, approvals, prompt, state, output_offset, last_event,
                turns, budget_microusd, spent_microusd, reserved_microusd, input_tokens, output_tokens, created_at)
            SELECT @Id, p.id, @Caller, @Agent, @Model, @Approvals, @Prompt, @State, 0, 0,
                0, @BudgetMicrousd, 0, 0, 0, 0, @CreatedAt
            {Project} AND {Reachability.Allowed}
            """, row) == 0)
        {
            return await Reachability.WhyNotAsync(t, Project, row, grant);
        }

        await TaskTrace.KeepAsync(t, made.Id, null);
        await AddMessageAsync(t, made.Id, caller.UserId, made.Prompt);
        await log.AppendAsync(t, made.Id, TaskEvent.State(TaskState.Queued, null), TaskEvent.Message("user", made.Prompt));
        await audit.RecordAsync(t, origin, new AuditEvent("task_created")
        {
            Details = new Dictionary<string, object?>
            {
                ["project"] = made.ProjectId, ["agent"] = made.Agent, ["approvals"] = made.Approvals,
            }.With("prompt", made.Prompt, await AuditedContent.OfProjectAsync(t, made.ProjectId)),
        }.On("task", made.Id));
        return made;
    }

    /// <summary>Adds a further message; null when it is done. A task that was over is queued again.</summary>
    public async Task<Refusal?> AddMessageAsync(
        Guid id, string text, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel)
    {
        var refused = await database.WriteAsync<Refusal?>(async t =>
        {
            await log.LockAsync(t, id);
            var (now, refusal) = await FindAsync(t, id, caller, grant);
            if (now is null)
            {
                return refusal;
            }

            if (now.State.IsFinal && now.AgentSession is null)
            {
                return Refusals.Conflict(
                    "task_not_resumable", "The task ended before its agent began a conversation.", "Start a new task.");
            }

            await AddMessageAsync(t, id, caller.UserId, text);
            List<TaskEvent> events = [TaskEvent.Message("user", text)];
            if (now.State.IsFinal)
            {
                await t.ExecuteAsync(
                    """
                    UPDATE tasks SET state = @Queued, reason = NULL, finished_at = NULL, cancel_requested = NULL, output_offset = 0
                    WHERE id = @id
                    """,
                    new { id, TaskState.Queued });
                events.Insert(0, TaskEvent.State(TaskState.Queued, null));
                await TaskTrace.KeepAsync(t, id, now.TraceParent);
            }

            await log.AppendAsync(t, id, events);
            await audit.RecordAsync(t, origin, new AuditEvent("task_message_sent")
            {
                Details = new Dictionary<string, object?>().With("message", text, await AuditedContent.OfTaskAsync(t, id)),
            }.On("task", id));
            return null;
        }, cancel);
        if (refused is null)
        {
            feed.Changed(id);
        }

        return refused;
    }

    /// <summary>Asks for the end; null when it is done. A queued task ends here and now; a running one is ended by its worker.</summary>
    public async Task<Refusal?> RequestCancelAsync(
        Guid id, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel)
    {
        var refused = await database.WriteAsync<Refusal?>(async t =>
        {
            await log.LockAsync(t, id);
            var (task, refusal) = await FindAsync(t, id, caller, grant);
            if (task is null)
            {
                return refusal;
            }

            if (task.State.IsFinal)
            {
                return Refusals.Conflict("task_over", "The task is over already.");
            }

            var now = time.GetUtcNow();
            await t.ExecuteAsync("UPDATE tasks SET cancel_requested = COALESCE(cancel_requested, @now) WHERE id = @id", new { id, now });
            if (task.State == TaskState.Queued)
            {
                await t.ExecuteAsync(
                    "UPDATE tasks SET state = @Cancelled, reason = 'cancelled', finished_at = @now WHERE id = @id",
                    new { id, now, TaskState.Cancelled });
                await log.AppendAsync(t, id, TaskEvent.State(TaskState.Cancelled, "cancelled"));
            }

            await audit.RecordAsync(t, origin, new AuditEvent("task_cancel_requested").On("task", id));
            return null;
        }, cancel);
        if (refused is null)
        {
            feed.Changed(id);
        }

        return refused;
    }

    // Whoever adds one holds the task's row, or has just made it: no other takes the number meanwhile.
    private async Task AddMessageAsync(Transaction t, Guid taskId, Guid author, string text)
    {
        var number = 1 + await t.ScalarAsync<long>("SELECT COALESCE(MAX(number), 0) FROM task_messages WHERE task_id = @taskId", new { taskId });
        await t.ExecuteAsync(
            "INSERT INTO task_messages (task_id, number, author_id, text, created_at) VALUES (@taskId, @number, @author, @Text, @Now)",
            new { taskId, number, author, Text = texts.KeepMessage(taskId, number, text), Now = time.GetUtcNow() });
    }
}

/// <summary>What a new task is made of, already checked.</summary>
public sealed record NewTask(Guid ProjectId, string Prompt, string Agent, string Model, string Approvals, long BudgetMicroUsd);
