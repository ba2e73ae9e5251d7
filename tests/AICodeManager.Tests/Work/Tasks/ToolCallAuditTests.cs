using System.Text.Json;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.Tasks;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Tasks;

public sealed class ToolCallAuditTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_agent_that_calls_without_end_fills_no_audit_and_what_was_left_out_is_counted()
    {
        await using var database = Database.Sqlite(folder.File("test.db"));
        await Migrator.ApplyAsync(database, TimeProvider.System, Cancel);
        var clock = new FakeClock();
        var calls = new ToolCallAudit(AuditWriting.Trail(database, clock), new AgentTask { Id = Guid.NewGuid() }, clock);

        await CallAsync(1000);
        Assert.Equal(1000 - ToolCallAudit.MostInAMinute, calls.Untold);
        clock.Advance(TimeSpan.FromSeconds(59));
        await CallAsync(1);
        clock.Advance(TimeSpan.FromSeconds(1));
        await CallAsync(1);
        Assert.Equal(0, calls.Untold);

        var details = await database.ReadAsync(r => r.QueryAsync<string>("SELECT details FROM audit_events WHERE name = 'tool_called' ORDER BY id"), Cancel);
        Assert.Equal(ToolCallAudit.MostInAMinute + 1, details.Count);
        Assert.Equal(1001 - ToolCallAudit.MostInAMinute, JsonElement.Parse(details[^1]).GetProperty("untold").GetInt32());

        async Task CallAsync(int count)
        {
            for (var n = 0; n < count; n++)
            {
                if (calls.Of(new AgentSignal.ToolCalled($"id{n}", "Bash", JsonElement.Parse("{}"))) is { } write)
                {
                    await database.WriteAsync(write, Cancel);
                }
            }
        }
    }

    [Fact]
    public async Task A_call_whose_input_is_no_text_is_told_of_without_a_hash()
    {
        await using var database = Database.Sqlite(folder.File("odd.db"));
        await Migrator.ApplyAsync(database, TimeProvider.System, Cancel);
        var calls = new ToolCallAudit(AuditWriting.Trail(database), new AgentTask { Id = Guid.NewGuid() }, TimeProvider.System);
        var odd = JsonElement.Parse("""{"command":"\ud800"}""");
        await database.WriteAsync(calls.Of(new AgentSignal.ToolCalled("id", "Bash", odd))!, Cancel);
        Assert.Equal(
            """{"tool":"Bash","input_sha256":null}""",
            await database.ReadAsync(r => r.ScalarAsync<string>("SELECT details FROM audit_events WHERE name = 'tool_called'"), Cancel));
    }
}
