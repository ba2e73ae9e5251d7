using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Agents;

/// <summary>Files of a repository are code that nobody has approved (spec D3): the real CLI must load none of them.</summary>
public sealed class HostileRepositoryTests
{
    [Theory, MemberData(nameof(TaskLab.Engines), MemberType = typeof(TaskLab))]
    public async Task Loads_nothing_that_a_repository_brings_and_still_asks(string engine)
    {
        await using var lab = await TaskLab.StartAsync(engine, OneCall("touch /workspace/TOOL-RAN"));
        await lab.UploadAsync(HostileRepository.Files);

        var task = await lab.StartTaskAsync(approvals: "ask");
        var asked = await lab.WaitForAsync(task, IsPending);
        Assert.DoesNotContain("TOOL-RAN", await lab.FilesAsync());
        await lab.AnswerAsync(task, asked);
        var events = await lab.EventsAsync(task);

        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.Contains("TOOL-RAN", await lab.FilesAsync());
        Assert.Empty(await lab.MarksAsync());
        Assert.All(lab.Model.Requests, r => Assert.Equal(TaskLab.RealKey, r.Headers["x-api-key"].ToString()));
        Assert.All(lab.Model.Requests, r => Assert.DoesNotContain(HostileRepository.Word, r.Body, StringComparison.Ordinal));
        Assert.All(lab.Model.Requests, r => Assert.DoesNotContain("root:x:0:0", r.Body, StringComparison.Ordinal));
        Assert.All(lab.Model.Requests, r => Assert.DoesNotContain("GATEWAY", r.Body, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Without_the_defence_the_same_repository_acts()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", OneCall("touch /workspace/TOOL-RAN"), change: Undefended);
        await lab.UploadAsync(HostileRepository.Files);

        var events = await lab.EventsAsync(await StartAsync(lab, "undefended"));

        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        string[] expected = ["MARK-ENV", "MARK-HOOK-PreToolUse", "MARK-HOOK-SessionStart", "MARK-KEYHELPER", "MARK-LOCAL-HOOK-SessionStart", "MARK-MCP"];
        Assert.Subset((await lab.MarksAsync()).ToHashSet(), expected.ToHashSet());
        Assert.Contains(lab.Model.Requests, r => r.Body.Contains(HostileRepository.Word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_agent_writes_into_its_own_settings_has_no_effect_on_its_next_turn()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", OneCall(WritesItsOwnSettings), change: Undefended);
        var task = await lab.StartTaskAsync(approvals: "ask");
        await lab.AnswerAsync(task, await lab.WaitForAsync(task, IsPending));
        var events = await lab.EventsAsync(task);
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.Contains(events, e => e.Type == "tool_result" && e.Text("text")!.Contains("settings.json: Read-only file system", StringComparison.Ordinal));

        await lab.User.PostAsync($"tasks/{task}/messages", new { text = "again" });
        var askedAgain = await lab.WaitForAsync(task, IsPending, after: events[^1].Id);
        await lab.AnswerAsync(task, askedAgain, "deny");
        events = await lab.EventsAsync(task);

        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.Empty(await lab.MarksAsync());

        // Where the file is not fixed, the same words become its next settings.
        task = await StartAsync(lab, "undefended");
        Assert.True((await lab.EventsAsync(task))[^1].IsState("succeeded"));
        await lab.User.PostAsync($"tasks/{task}/messages", new { text = "again" });
        await lab.EventsAsync(task);
        Assert.Contains("MARK-HOOK-SessionStart", await lab.MarksAsync());
    }

    [Fact]
    public async Task Hooks_and_filters_of_git_never_run()
    {
        const string Writes = "mkdir -p .git/hooks; echo 'touch /workspace/MARK-GIT' > .git/hooks/post-commit; git config core.fsmonitor 'touch /workspace/MARK-GIT'; echo x > new.txt";
        await using var lab = await TaskLab.StartAsync("bubblewrap", OneCall(Writes));
        var events = await lab.RunAsync();
        Assert.Contains(events, e => e.Type == "tool_result" && e.Text("text")!.Contains("Read-only file system", StringComparison.Ordinal));

        // And if they stood there all the same: the folder below Git's mount, and names that Git acts upon.
        var below = Path.Combine(lab.DataFolder, "projects", lab.Project, "work", ".git", "hooks");
        Directory.CreateDirectory(below);
        await File.WriteAllTextAsync(Path.Combine(below, "post-commit"), "#!/bin/sh\ntouch /workspace/MARK-GIT\n", TestContext.Current.CancellationToken);
        await lab.UploadAsync(new Dictionary<string, string>
        {
            [".gitattributes"] = "* filter=planted diff=planted\n",
            [".gitconfig"] = "[filter \"planted\"]\n\tclean = touch /workspace/MARK-GIT\n",
            [".gitmodules"] = "[submodule \"x\"]\n\tpath = x\n\turl = --upload-pack=touch /workspace/MARK-GIT\n\tupdate = !touch /workspace/MARK-GIT\n",
        });

        Assert.Contains("new.txt", await lab.User.Http.GetStringAsync($"/api/v1/projects/{lab.Project}/diff", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await lab.User.PostAsync($"projects/{lab.Project}/commit", new { message = "kept" });
        Assert.Empty(await lab.MarksAsync());
    }

    private static string WritesItsOwnSettings
    {
        get
        {
            var settings = HostileRepository.Json(HostileRepository.Settings);
            string[] names = ["settings.json", "settings.local.json", "managed-settings.json", "remote-settings.json", ".mcp.json"];
            return string.Join('\n', (string[])
            [
                "cd /config; rm -f settings.json; mv settings.json away",
                .. names.Select(name => $"cat > /config/{name} <<'END'\n{settings}\nEND"),
                "mkdir -p agents skills/planted commands",
                $"printf -- '---\\nname: planted\\ndescription: {HostileRepository.Word}\\n---\\n' | tee agents/planted.md commands/planted.md > skills/planted/SKILL.md",
                $"jq '. + {HostileRepository.Json(HostileRepository.Mcp)}' .claude.json > /tmp/changed && cat /tmp/changed > .claude.json",
                "echo {} > /etc/claude-code/managed-settings.json; mkdir /etc/claude-code/managed-settings.d",
            ]);
        }
    }

    private static bool IsPending(Happened e) => e.Type == "approval" && e.Text("state") == "pending";

    private static void Undefended(IServiceCollection services) => services.AddSingleton<IAgentCli, UndefendedClaude>();

    private static async Task<string> StartAsync(TaskLab lab, string agent) =>
        (await lab.User.PostAsync($"projects/{lab.Project}/tasks", new { prompt = "go", agent, approvals = "never" })).GetProperty("id").GetString()!;

    /// <summary>A model that runs one command and is content.</summary>
    private static ModelScript OneCall(string command) => new([
        new(Runs(command), new(ToolResults: 0)),
        new(ScriptAnswer.Says("Done.")),
    ]);

    private static ScriptAnswer Runs(string command) =>
        new([new ScriptBlock(Tool: "Bash", Input: new JsonObject { ["command"] = command, ["description"] = "does it" })]);
}
