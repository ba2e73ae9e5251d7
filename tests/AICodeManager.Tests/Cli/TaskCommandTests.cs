using System.Text.Json;

namespace AICodeManager.Tests.Cli;

public sealed class TaskCommandTests
{
    private const string Run = $"POST /projects/{Some.ProjectId}/tasks";

    [Fact]
    public async Task Can_run_with_everything_said()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Run, Some.Task(), 201);

        Assert.Equal(0, await aicli.RunAsync(
            "task", "run", "-p", Some.ProjectId, "Add a health check", "--approvals", "edits", "--budget", "2.50", "--agent", "claude", "--json"));

        Assert.Equal("""{"prompt":"Add a health check","agent":"claude","approvals":"edits","budget_usd":2.50}""", api.Only(Run).Text);
        Assert.Equal(Some.TaskId, aicli.Document().GetProperty("id").GetString());

        Assert.Equal(0, await aicli.RunAsync("task", "run", "-p", Some.ProjectId, "Again"));
        Assert.Equal("""{"prompt":"Again"}""", api.Seen.Last().Text);
        Assert.Contains($"aicli task follow {Some.TaskId}", aicli.Out.ToString());
    }

    [Theory]
    [InlineData("@README.md explain this")]
    [InlineData("[suggest] a name")]
    [InlineData("- tidy up")]
    [InlineData("a \"quoted\" \\ prompt\nof two lines")]
    public async Task Can_take_any_text_as_a_prompt(string prompt)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Run, Some.Task(), 201);

        Assert.Equal(0, await aicli.RunAsync("task", "run", "-p", Some.ProjectId, prompt));

        Assert.Equal(prompt, api.Only(Run).Json.GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task Can_read_the_prompt_from_standard_input()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { In = new StringReader("first line\nsecond line\n") };
        api.On(Run, Some.Task(), 201);

        Assert.Equal(0, await aicli.RunAsync("task", "run", "-p", Some.ProjectId, "-"));

        Assert.Equal("first line\nsecond line", api.Only(Run).Json.GetProperty("prompt").GetString());
    }

    [Theory]
    [InlineData("--budget", "0")]
    [InlineData("--budget", "-1")]
    [InlineData("--budget", "1,5")]
    [InlineData("--budget", "much")]
    [InlineData("--budget", "1e3")]
    [InlineData("--approvals", "always")]
    public async Task Cannot_run_with_a_wrong_option(string option, string value)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("task", "run", "-p", Some.ProjectId, "x", $"{option}={value}"));

        Assert.Contains(value, aicli.Error.ToString());
        Assert.Single(aicli.Error.ToString().TrimEnd().Split('\n'));
        Assert.Empty(api.Seen);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("-")]
    public async Task Cannot_run_an_empty_prompt(string prompt)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("task", "run", "-p", Some.ProjectId, prompt));

        Assert.Empty(api.Seen);
    }

    [Fact]
    public async Task Can_list_show_send_and_cancel()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On($"GET /projects/{Some.ProjectId}/tasks", Some.List(Some.Task("running"))).On($"GET /tasks/{Some.TaskId}", Some.Task("running"))
            .On($"POST /tasks/{Some.TaskId}/messages", Some.Task("running"), 202).On($"POST /tasks/{Some.TaskId}/cancel", null, 202);

        Assert.Equal(0, await aicli.RunAsync("task", "list", "-p", Some.ProjectId));
        Assert.Contains($"{Some.TaskId}  running  $0.0125", aicli.Out.ToString());

        Assert.Equal(0, await aicli.RunAsync("task", "show", Some.TaskId));
        Assert.Contains("10 in, 20 out", aicli.Out.ToString());
        Assert.Contains("Add a health check", aicli.Out.ToString());

        Assert.Equal(0, await aicli.RunAsync("task", "send", Some.TaskId, "Now add tests", "--json"));
        Assert.Equal("""{"text":"Now add tests"}""", api.Only($"POST /tasks/{Some.TaskId}/messages").Text);
        Assert.Equal("sent", aicli.Document().GetProperty("action").GetString());

        Assert.Equal(0, await aicli.RunAsync("task", "cancel", Some.TaskId));
        api.Only($"POST /tasks/{Some.TaskId}/cancel");
    }

    [Fact]
    public async Task Can_answer_with_what_a_newer_server_knows_more()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On($"GET /tasks/{Some.TaskId}", new { id = Some.TaskId, state = "running", brand_new = new { deep = true } });

        Assert.Equal(0, await aicli.RunAsync("task", "show", Some.TaskId, "--json"));

        Assert.Equal(JsonValueKind.True, aicli.Document().GetProperty("brand_new").GetProperty("deep").ValueKind);
    }
}
