using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Work.Tasks;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Access;
using AICodeManager.Tests.Work.Sandbox;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>Watching a task, and what waits in it, as somebody whose membership changes. No sandbox is needed for it.</summary>
public sealed class TaskMembershipTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_watcher_who_is_put_out_sees_no_further_event()
    {
        await using var server = await StartAsync();
        var (watcher, id, scene) = await SceneAsync(server);
        using var stream = await OpenAsync(watcher, scene);
        await AppendAsync(server, scene, "before");
        Assert.Contains("before", await ReadUntilAsync(stream, "\n\n"), StringComparison.Ordinal);
        await PutOutAsync(server, id);
        await AppendAsync(server, scene, "after");
        Assert.DoesNotContain("after", await stream.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal((404, "not_found"), await watcher.TryAsync(HttpMethod.Get, $"tasks/{scene.Task}/events"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_without_events_ends_for_who_was_put_out_and_goes_on_for_others()
    {
        await using var server = await StartAsync(haste: 100);
        var (watcher, id, scene) = await SceneAsync(server);
        using var stream = await OpenAsync(watcher, scene);
        // Two heartbeats: it was asked anew in between, and went on.
        await ReadUntilAsync(stream, "still here\n\n");
        await ReadUntilAsync(stream, "still here\n\n");
        await PutOutAsync(server, id);
        await stream.ReadToEndAsync(Cancel);
    }

    [Fact]
    public async Task Approvals_come_in_pages_in_the_order_they_were_asked()
    {
        await using var server = await StartAsync();
        var (watcher, _, scene) = await SceneAsync(server);
        for (var i = 1; i <= 4; i++)
        {
            // Two in the same moment: their names decide.
            await server.Database.WriteAsync(t => t.ExecuteAsync(
                """
                INSERT INTO task_approvals (task_id, request_id, tool, input, input_hash, state, remember, created_at)
                VALUES (@Task, @Name, 'Bash', '{}', '', 'pending', 0, @At)
                """, new { scene.Task, Name = $"toolu/{9 - i}", At = (long)(i / 2) }), Cancel);
        }

        List<string?> seen = [];
        string? cursor = null;
        do
        {
            var page = await watcher.GetAsync($"tasks/{scene.Task}/approvals?limit=2{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(a => a.GetProperty("request_id").GetString()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.Equal([scene.Approval, "toolu/8", "toolu/6", "toolu/7", "toolu/5"], seen);
        Assert.Equal((200, null), await watcher.TryAsync(HttpMethod.Get, $"tasks/{scene.Task}/approvals?cursor=%EF%BF%BF"));
        Assert.Equal((200, null), await watcher.TryAsync(HttpMethod.Get, $"tasks/{scene.Task}/approvals?cursor={new string('x', 5000)}"));
    }

    private static Task<LiveServer> StartAsync(double haste = 1) => LiveServer.StartAsync(
        new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" },
        change: services =>
        {
            TaskLab.OpenGate(services);
            services.AddSingleton<TimeProvider>(new HastyTime(haste));
        });

    private static async Task<(ApiClient Watcher, Guid Id, AccessScene Scene)> SceneAsync(LiveServer server)
    {
        var watcher = await server.SignUpAsync();
        var id = (await watcher.GetAsync("auth/me")).GetProperty("id").GetGuid();
        var scene = await AccessScene.NewAsync(server, id, new Dictionary<Guid, Membership> { [id] = Membership.Viewer });
        // Under way, as far as the store knows: its stream stays open.
        await server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE tasks SET state = 'running' WHERE id = @Task", scene), Cancel);
        return (watcher, id, scene);
    }

    private static async Task<StreamReader> OpenAsync(ApiClient watcher, AccessScene scene)
    {
        var answer = await watcher.Http.GetAsync($"/api/v1/tasks/{scene.Task}/events", HttpCompletionOption.ResponseHeadersRead, Cancel);
        return new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(Cancel));
    }

    private static Task AppendAsync(LiveServer server, AccessScene scene, string text) =>
        server.Services.GetRequiredService<TaskLog>().AppendAsync(scene.Task, [TaskEvent.Log("info", text)], Cancel);

    private static Task<int> PutOutAsync(LiveServer server, Guid user) => server.Database.WriteAsync(
        t => t.ExecuteAsync("DELETE FROM workspace_members WHERE user_id = @user", new { user }), Cancel);

    private static async Task<string> ReadUntilAsync(StreamReader stream, string end)
    {
        var text = "";
        var one = new char[1];
        while (!text.EndsWith(end, StringComparison.Ordinal) && await stream.ReadAsync(one, Cancel) > 0)
        {
            text += one[0];
        }

        return text;
    }
}
