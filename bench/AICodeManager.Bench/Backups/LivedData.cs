using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Bench.Backups;

/// <summary>Rows as a server in use has them: events of tasks and of the audit, with ids, hashes and words that repeat.</summary>
internal static class LivedData
{
    private static readonly string[] Words =
        ("the file was changed and a test added because of an error in line where value null reference returns list of items read write open close "
        + "error success failed running build public sealed class string int return await async task").Split(' ');

    /// <param name="bytes">About how many there are to be in tables.</param>
    public static async Task FillAsync(Database database, long bytes, CancellationToken cancel)
    {
        await database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES ('u', 'u', 'u', 'u', 'user', 'x', 1)");
            await t.ExecuteAsync("INSERT INTO workspaces (id, named_by, name, created_at) VALUES ('w', 'u', 'w', 1)");
            await t.ExecuteAsync("INSERT INTO projects (id, workspace_id, name, source_type, state, created_at) VALUES ('p', 'w', 'p', 'empty', 'ready', 1)");
        }, cancel);
        var (random, written) = (new Random(1), 0L);
        while (written < bytes)
            written += await database.WriteAsync(t => TaskAsync(t, random), cancel);
    }

    // A task with two thousand events, and as many lines of audit as it makes.
    private static async Task<long> TaskAsync(Transaction t, Random random)
    {
        var (task, sum) = (Guid.CreateVersion7().ToString(), 0L);
        await t.ExecuteAsync(
            """
            INSERT INTO tasks (id, project_id, created_by, agent, approvals, prompt, state, model, output_offset, last_event, turns, budget_microusd, spent_microusd,
                reserved_microusd, input_tokens, output_tokens, created_at)
            VALUES (@task, 'p', 'u', 'claude', 'ask', 'Mend it.', 'succeeded', 'm', 0, 1, 1, 1, 1, 0, 1, 1, 1)
            """, new { task });
        for (var number = 1L; number <= 2_000; number++)
        {
            var data = $$"""{"type":"tool_result","tool_use_id":"toolu_{{Convert.ToHexString(RandomNumberGenerator.GetBytes(12))}}","content":"{{Text(random)}}"}""";
            await t.ExecuteAsync("INSERT INTO task_events (task_id, number, type, at, data) VALUES (@task, @number, 'tool_result', @number, @data)", new { task, number, data });
            sum += task.Length + data.Length + 20;
            if (number % 4 == 0)
            {
                await t.ExecuteAsync(
                    """
                    INSERT INTO audit_events (id, at, name, outcome, actor_id, session_id, request_id, address, resource_type, resource_id, details)
                    VALUES (@id, @number, 'project_accessed', 'success', 'u', @session, @request, '203.0.113.7', 'task', @task, '{"what":"file","path":"src/main.cs"}')
                    """, new { id = Guid.CreateVersion7().ToString(), number, session = Guid.NewGuid().ToString(), request = Guid.NewGuid().ToString("N"), task });
                sum += 250;
            }
        }

        return sum;
    }

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(20, 100); i > 0; i--)
            text.Append(Words[random.Next(Words.Length)]).Append(' ');
        return text.ToString();
    }
}
