using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>A task's budget, kept in its row: reserved and spent never exceed it together.</summary>
/// <param name="alerts">Hears what is spent; null where nobody is to be told.</param>
public sealed class TaskBudgetLedger(
    Guid taskId, Database database, TaskLog log, TaskFeed feed, TimeProvider time, TaskAlerts? alerts = null) : IBudgetLedger
{
    public async ValueTask<long?> RemainingAsync(CancellationToken cancel) =>
        await database.ReadAsync(r => r.ScalarAsync<long>(
            "SELECT budget_microusd - spent_microusd - reserved_microusd FROM tasks WHERE id = @taskId", new { taskId }), cancel);

    public async ValueTask<bool> ReserveAsync(Guid callId, string model, long microUsd, CancellationToken cancel) =>
        await database.WriteAsync(async t =>
        {
            var granted = await t.ExecuteAsync(
                """
                UPDATE tasks SET reserved_microusd = reserved_microusd + @microUsd
                WHERE id = @taskId AND spent_microusd + reserved_microusd + @microUsd <= budget_microusd
                """, new { taskId, microUsd }) == 1;
            if (granted)
            {
                await t.ExecuteAsync(
                    """
                    INSERT INTO model_calls (id, task_id, model, reserved_microusd, input_tokens, output_tokens,
                        cache_write_tokens, cache_read_tokens, started_at)
                    VALUES (@callId, @taskId, @model, @microUsd, 0, 0, 0, 0, @Now)
                    """, new { callId, taskId, model, microUsd, Now = time.GetUtcNow() });
            }

            return granted;
        }, cancel);

    public async ValueTask SettleAsync(Guid callId, ModelUsage usage, long costMicroUsd, string outcome, CancellationToken cancel)
    {
        await database.WriteAsync(async t =>
        {
            var reserved = await t.ScalarAsync<long?>(
                """
                UPDATE model_calls SET cost_microusd = @costMicroUsd, input_tokens = @InputTokens, output_tokens = @OutputTokens,
                    cache_write_tokens = @CacheWriteTokens, cache_read_tokens = @CacheReadTokens, outcome = @outcome, settled_at = @Now
                WHERE id = @callId AND settled_at IS NULL RETURNING reserved_microusd
                """,
                new
                {
                    callId, costMicroUsd, usage.InputTokens, usage.OutputTokens, usage.CacheWriteTokens, usage.CacheReadTokens,
                    outcome, Now = time.GetUtcNow(),
                });
            if (reserved is null)
            {
                return;
            }

            var input = usage.InputTokens + usage.CacheWriteTokens + usage.CacheReadTokens;
            await t.ExecuteAsync(
                """
                UPDATE tasks SET reserved_microusd = reserved_microusd - @reserved, spent_microusd = spent_microusd + @costMicroUsd,
                    input_tokens = input_tokens + @input, output_tokens = output_tokens + @OutputTokens
                WHERE id = @taskId
                """, new { taskId, reserved, costMicroUsd, input, usage.OutputTokens });
            var now = (await t.SingleAsync<AgentTask>("SELECT * FROM tasks WHERE id = @taskId", new { taskId }))!;
            await log.AppendAsync(t, taskId, TaskEvent.Usage(now.InputTokens, now.OutputTokens, now.SpentMicrousd));
            if (alerts is not null)
            {
                t.AfterCommit(() => alerts.Spent(now, now.SpentMicrousd - costMicroUsd));
            }
        }, cancel);
        feed.Changed(taskId);
    }

    /// <summary>
    /// Settles what a killed process left open at its full reservation: whether the provider charged is not known, and
    /// a budget must not be won back by a crash.
    /// </summary>
    public static async Task SettleLostAsync(Guid taskId, Database database, TimeProvider time, CancellationToken cancel) =>
        await database.WriteAsync(async t =>
        {
            var lost = await t.ScalarAsync<long>(
                "SELECT COALESCE(SUM(reserved_microusd), 0) FROM model_calls WHERE task_id = @taskId AND settled_at IS NULL", new { taskId });
            await t.ExecuteAsync(
                """
                UPDATE model_calls SET cost_microusd = reserved_microusd, outcome = 'lost', settled_at = @Now
                WHERE task_id = @taskId AND settled_at IS NULL
                """, new { taskId, Now = time.GetUtcNow() });
            await t.ExecuteAsync(
                "UPDATE tasks SET reserved_microusd = 0, spent_microusd = spent_microusd + @lost WHERE id = @taskId", new { taskId, lost });
        }, cancel);
}
