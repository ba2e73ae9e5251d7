using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Server.Work.Workspaces;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>A tool call that waits, or waited, for a person.</summary>
public sealed record Approval
{
    public const string Pending = "pending", Allowed = "allowed", Denied = "denied", Withdrawn = "withdrawn";

    public string RequestId { get; init; } = "";
    public string Tool { get; init; } = "";

    /// <summary>The exact JSON that was shown and that alone may run.</summary>
    public string Input { get; init; } = "";

    public string InputHash { get; init; } = "";
    public string State { get; init; } = "";
    public string? Message { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public Guid? DecidedBy { get; init; }

    public JsonElement InputJson() => JsonElement.Parse(Input);

    /// <summary>What identifies a call: the tool and its exact input.</summary>
    public static string HashOf(string tool, string input) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tool}\n{input}")));
}

/// <summary>Approvals are stored before anybody is asked, survive restarts, and never turn into a yes by themselves.</summary>
public sealed class ApprovalStore(
    Database database, TaskStore tasks, TaskLog log, TaskFeed feed, TaskTexts texts, AuditTrail audit, TimeProvider time)
{
    /// <summary>A task's approvals, oldest first.</summary>
    public Task<Reached<Listing<Approval>>> ListAsync(
        Guid taskId, Caller caller, Grant grant, PageRequest page, CancellationToken cancel) =>
        database.ReadAsync<Reached<Listing<Approval>>>(async r =>
        {
            if (await tasks.FindAsync(r, taskId, caller, grant) is { Refusal: { } refusal })
            {
                return refusal;
            }

            var scope = new { taskId, After = page.Cursor, Take = page.Limit + 1 };
            var total = await r.ScalarAsync<long>("SELECT COUNT(*) FROM task_approvals WHERE task_id = @taskId", scope);
            var rows = await r.QueryAsync<Approval>(
                """
                SELECT * FROM task_approvals WHERE task_id = @taskId AND (@After IS NULL OR (created_at, request_id) > (
                    SELECT created_at, request_id FROM task_approvals WHERE task_id = @taskId AND request_id = @After))
                ORDER BY created_at, request_id LIMIT @Take
                """, scope);
            return new Listing<Approval>([.. rows.Select(row => texts.Opened(taskId, row))], total);
        }, cancel);

    /// <summary>Stores what the agent asks, or answers at once where the same call was decided before with "remember".</summary>
    /// <returns>Null while a person must decide.</returns>
    public async Task<Approval?> AskAsync(Guid taskId, string requestId, string tool, JsonElement input, long outputOffset, CancellationToken cancel)
    {
        var text = input.GetRawText();
        var hash = Approval.HashOf(tool, text);
        var decided = await database.WriteAsync(async t =>
        {
            var remembered = await t.SingleAsync<Approval>(
                """
                SELECT * FROM task_approvals
                WHERE task_id = @taskId AND input_hash = @hash AND remember = 1 AND state IN ('allowed', 'denied')
                ORDER BY decided_at DESC LIMIT 1
                """, new { taskId, hash }) is { } found ? texts.Opened(taskId, found) : null;
            var state = remembered?.State ?? Approval.Pending;
            var now = time.GetUtcNow();
            var added = await t.ExecuteAsync(
                """
                INSERT INTO task_approvals
                    (task_id, request_id, tool, input, input_hash, state, remember, message, created_at, decided_at, decided_by)
                VALUES (@taskId, @requestId, @tool, @Input, @hash, @state, 0, @Message, @now, @DecidedAt, @DecidedBy)
                ON CONFLICT (task_id, request_id) DO NOTHING
                """,
                new
                {
                    taskId, requestId, tool, Input = texts.KeepInput(taskId, requestId, text), hash, state, remembered?.Message, now,
                    DecidedAt = remembered is null ? (DateTimeOffset?)null : now, remembered?.DecidedBy,
                });
            await t.ExecuteAsync("UPDATE tasks SET output_offset = @outputOffset WHERE id = @taskId", new { outputOffset, taskId });
            if (added == 0)
            {
                // Shown under one id, decided under another input: such a question is never asked.
                return new Approval { RequestId = requestId, State = Approval.Denied, Message = "This request id was used before." };
            }

            await log.AppendAsync(t, taskId, TaskEvent.Approval(requestId, tool, input, state, remembered?.DecidedBy, remembered?.Message));
            if (remembered is not null)
            {
                var content = await AuditedContent.OfTaskAsync(t, taskId);
                await audit.RecordAsync(t, RequestOrigin.System, Decided(taskId, remembered, content, remembered: true) with { ActorId = remembered.DecidedBy });
            }

            return remembered is null ? null : remembered with { RequestId = requestId };
        }, cancel);
        feed.Changed(taskId);
        return decided;
    }

    /// <summary>A person's answer. The first one counts.</summary>
    public async Task<Reached<Approval>> DecideAsync(
        Guid taskId, Decision decision, Caller caller, Grant grant, RequestOrigin origin, CancellationToken cancel)
    {
        var decided = await database.WriteAsync<Reached<Approval>>(async t =>
        {
            if (await tasks.FindAsync(t, taskId, caller, grant) is { Refusal: { } refusal })
            {
                return refusal;
            }

            var state = decision.Allow ? Approval.Allowed : Approval.Denied;
            var changed = await t.ExecuteAsync(
                """
                UPDATE task_approvals SET state = @state, remember = @Remember, message = @Message, decided_at = @Now, decided_by = @UserId
                WHERE task_id = @taskId AND request_id = @RequestId AND state = 'pending'
                """,
                new
                {
                    taskId, decision.RequestId, state, Remember = decision.Remember ? 1L : 0L, decision.Message,
                    Now = time.GetUtcNow(), caller.UserId,
                });
            var row = await t.SingleAsync<Approval>(
                "SELECT * FROM task_approvals WHERE task_id = @taskId AND request_id = @RequestId", new { taskId, decision.RequestId });
            if (row is null)
            {
                return Refusals.NotFound("no such approval");
            }

            if (changed == 0)
            {
                return Refusals.Conflict("already_decided", "This request has been decided or withdrawn already.");
            }

            row = texts.Opened(taskId, row);

            await log.AppendAsync(t, taskId, TaskEvent.Approval(row.RequestId, row.Tool, row.InputJson(), state, caller.UserId, decision.Message));
            var content = await AuditedContent.OfTaskAsync(t, taskId);
            await audit.RecordAsync(t, origin, Decided(taskId, row, content, remembered: false, decision.Remember));
            return row;
        }, cancel);
        if (decided.Thing is not null)
        {
            feed.Changed(taskId);
        }

        return decided;
    }

    /// <summary>Decisions the agent has not been told yet.</summary>
    public async Task<IReadOnlyList<Approval>> UndeliveredAsync(Guid taskId, CancellationToken cancel)
    {
        var decided = await database.ReadAsync(r => r.QueryAsync<Approval>(
            """
            SELECT * FROM task_approvals
            WHERE task_id = @taskId AND state IN ('allowed', 'denied') AND delivered_at IS NULL ORDER BY decided_at
            """, new { taskId }), cancel);
        return [.. decided.Select(one => texts.Opened(taskId, one))];
    }

    public Task MarkDeliveredAsync(Guid taskId, string requestId, CancellationToken cancel) =>
        database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE task_approvals SET delivered_at = @Now WHERE task_id = @taskId AND request_id = @requestId",
            new { taskId, requestId, Now = time.GetUtcNow() }), cancel);

    public Task<bool> AnyPendingAsync(Guid taskId, CancellationToken cancel) =>
        database.ReadAsync(async r => await r.ScalarAsync<long>(
            "SELECT COUNT(*) FROM task_approvals WHERE task_id = @taskId AND state = 'pending'", new { taskId }) > 0, cancel);

    /// <summary>Takes back one question, or all that are open when a run ends.</summary>
    public async Task WithdrawAsync(Guid taskId, string? requestId, CancellationToken cancel)
    {
        await database.WriteAsync(async t =>
        {
            var open = await t.QueryAsync<Approval>(
                "SELECT * FROM task_approvals WHERE task_id = @taskId AND state = 'pending' AND (@requestId IS NULL OR request_id = @requestId)",
                new { taskId, requestId });
            foreach (var approval in open)
            {
                var withdrawn = await t.ExecuteAsync(
                    "UPDATE task_approvals SET state = 'withdrawn' WHERE task_id = @taskId AND request_id = @RequestId AND state = 'pending'",
                    new { taskId, approval.RequestId });
                if (withdrawn == 0)
                {
                    // A person was faster.
                    continue;
                }

                await log.AppendAsync(t, taskId, TaskEvent.Approval(
                    approval.RequestId, approval.Tool, Shown(taskId, approval), Approval.Withdrawn));
            }
        }, cancel);
        feed.Changed(taskId);
    }

    // A run ends also where what it asked cannot be read any more.
    private JsonElement Shown(Guid taskId, Approval approval)
    {
        try
        {
            return texts.Opened(taskId, approval).InputJson();
        }
        catch (VaultException)
        {
            return JsonSerializer.SerializeToElement(new { left_out = "cannot be opened" });
        }
    }

    private static AuditEvent Decided(Guid taskId, Approval decision, bool content, bool remembered, bool remember = false)
    {
        var details = new Dictionary<string, object?>
        {
            ["tool"] = decision.Tool, ["input_sha256"] = decision.InputHash, ["remember"] = remember, ["remembered"] = remembered,
        };
        return new AuditEvent(decision.State == Approval.Allowed ? "approval_allowed" : "approval_denied")
        {
            Details = content ? details.With("input", decision.Input) : details,
        }.On("task", taskId);
    }
}

/// <summary>What a person answers.</summary>
/// <param name="Remember">Decide the same call, tool and exact input, the same way for the rest of this task.</param>
/// <param name="Message">Told to the agent with a refusal.</param>
public sealed record Decision(string RequestId, bool Allow, bool Remember, string? Message);
