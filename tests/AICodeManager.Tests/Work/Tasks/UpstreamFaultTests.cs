using AICodeManager.ScriptedModel;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Work.ModelGateway;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>Whatever the model's provider does, the task ends as failed and names it, and the CLI does not retry for minutes.</summary>
public sealed class UpstreamFaultTests(UpstreamFaultLab faults) : IClassFixture<UpstreamFaultLab>
{
    [Theory]
    [InlineData("unauthorized", "upstream_unauthorized")]
    [InlineData("forbidden", "upstream_unauthorized")]
    [InlineData("rate-limited", "upstream_rate_limited")]
    [InlineData("overloaded", "upstream_overloaded")]
    [InlineData("broken", "upstream_error")]
    [InlineData("hanging", "upstream_timeout")]
    [InlineData("stalling", "upstream_timeout")]
    [InlineData("garbage", "upstream_error")]
    [InlineData("reset", "upstream_unreachable")]
    [InlineData("breaking-off", "upstream_error")]
    [InlineData("refused", "upstream_unreachable")]
    public async Task A_fault_of_the_upstream_is_the_reason_of_the_task(string fault, string reason)
    {
        var events = await faults.EndOfAsync(fault);

        var all = string.Join("\n", events);
        Assert.True(events[^1].IsState("failed"), all);
        Assert.True(reason == events[^1].Text("reason"), all);
        Assert.Contains(events, e => e.Type == "log" && e.Text("level") == "error" && e.Text("text")!.Contains("provider", StringComparison.Ordinal)
            || e.Text("text")?.Contains("upstream", StringComparison.Ordinal) == true);
        Assert.Equal("result", events[^2].Type);
    }
}

/// <summary>Starts a task for each fault at once, because the CLI's retries take seconds; tests wait for theirs.</summary>
public sealed class UpstreamFaultLab : IAsyncLifetime
{
    private const string Impatient = """
        tasks:
          max_concurrent: 16
        model_gateway:
          first_byte_timeout: 1s
          idle_timeout: 1s
        """;

    private static readonly Dictionary<string, ScriptAnswer> Answers = new()
    {
        ["unauthorized"] = new(Error: new ScriptError(401, "authentication_error", "invalid x-api-key")),
        ["forbidden"] = new(Error: new ScriptError(403, "permission_error", "not yours")),
        ["rate-limited"] = new(Error: new ScriptError(429, "rate_limit_error", "slow down", new Dictionary<string, string> { ["retry-after"] = "3600" })),
        ["overloaded"] = new(Error: new ScriptError(529, "overloaded_error", "busy")),
        ["broken"] = new(Error: new ScriptError(500, "api_error", "broken")),
        ["hanging"] = new(Fault: ScriptFault.Hang),
        ["stalling"] = new(Fault: ScriptFault.Stall),
        ["garbage"] = new(Fault: ScriptFault.Garbage),
        ["reset"] = new(Fault: ScriptFault.Reset),
        ["breaking-off"] = new([new ScriptBlock(Text: "half of")], Fault: ScriptFault.EndEarly),
    };

    private readonly Dictionary<string, Task<List<Happened>>> ends = [];
    private readonly List<TaskLab> labs = [];

    public Task<List<Happened>> EndOfAsync(string fault) => ends[fault];

    public async ValueTask InitializeAsync()
    {
        var lab = await StartAsync(new ModelScript([.. Answers.Select(a => new ScriptRule(a.Value, new(TextContains: $"[{a.Key}]")))]));
        foreach (var fault in Answers.Keys)
        {
            var project = await TaskLab.NewProjectAsync(lab.User, fault);
            ends[fault] = RunAsync(lab, project, fault);
        }

        // Nothing listens on the discard port.
        var deaf = await StartAsync(ModelScript.Demo(), services => services.AddSingleton(
            s => GatewaySetup.Options(s.GetRequiredService<Settings>()) with { Upstream = new Uri("http://127.0.0.1:9") }));
        ends["refused"] = RunAsync(deaf, deaf.Project, "refused");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lab in labs)
        {
            await lab.DisposeAsync();
        }
    }

    private async Task<TaskLab> StartAsync(ModelScript script, Action<IServiceCollection>? change = null)
    {
        var lab = await TaskLab.StartAsync("bubblewrap", script, Impatient, change);
        labs.Add(lab);
        return lab;
    }

    private static async Task<List<Happened>> RunAsync(TaskLab lab, string project, string fault)
    {
        var task = await lab.User.PostAsync($"projects/{project}/tasks", new { prompt = $"[{fault}]", approvals = "never" });
        return await lab.EventsAsync(task.GetProperty("id").GetString()!);
    }
}
