namespace AICodeManager.Tests.Cli;

public sealed class WorkspaceCommandTests
{
    [Fact]
    public async Task Can_list_all_pages()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /workspaces", new { items = new[] { Some.Workspace() }, next = "a b&c" })
            .On("GET /workspaces?cursor=a%20b%26c", Some.List(Some.Workspace(Some.OtherWorkspaceId, "billing")));

        Assert.Equal(0, await aicli.RunAsync("workspace", "list"));
        var lines = aicli.Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("ID", lines[0]);
        Assert.Equal($"{Some.WorkspaceId}  payments  owner  2026-11-20 10:00:00Z", lines[1]);

        Assert.Equal(0, await aicli.RunAsync("workspace", "list", "--json"));
        var document = aicli.Document();
        Assert.Equal(["payments", "billing"], document.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, document.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Cannot_be_kept_turning_pages_for_ever()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /workspaces", new { items = Array.Empty<object>(), next = "x" }).On("GET /workspaces?cursor=x", new { items = Array.Empty<object>(), next = "x" });

        Assert.Equal(1, await aicli.RunAsync("workspace", "list"));
    }

    [Fact]
    public async Task Can_create_show_rename_and_delete()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("POST /workspaces", Some.Workspace(), 201).On("GET /workspaces", Some.List(Some.Workspace()))
            .On($"GET /workspaces/{Some.WorkspaceId}", Some.Workspace())
            .On($"PUT /workspaces/{Some.WorkspaceId}", Some.Workspace(name: "billing"))
            .On($"DELETE /workspaces/{Some.WorkspaceId}", null, 204);

        Assert.Equal(0, await aicli.RunAsync("workspace", "create", "payments", "--json"));
        Assert.Equal(Some.WorkspaceId, aicli.Document().GetProperty("id").GetString());
        Assert.Equal("payments", api.Only("POST /workspaces").Json.GetProperty("name").GetString());

        Assert.Equal(0, await aicli.RunAsync("workspace", "show", "payments"));
        Assert.Contains("owner", aicli.Out.ToString());

        Assert.Equal(0, await aicli.RunAsync("workspace", "rename", "payments", "billing"));
        Assert.Equal("billing", api.Only($"PUT /workspaces/{Some.WorkspaceId}").Json.GetProperty("name").GetString());

        Assert.Equal(0, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId, "--json"));
        Assert.Equal("deleted", aicli.Document().GetProperty("action").GetString());
        api.Only($"DELETE /workspaces/{Some.WorkspaceId}");
    }

    [Fact]
    public async Task Can_ask_before_deleting_and_leaves_everything_unless_the_answer_is_yes()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, In = new StringReader("\ny\n") };
        api.On($"DELETE /workspaces/{Some.WorkspaceId}", null, 204);

        Assert.Equal(1, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId));
        Assert.Empty(api.Seen);

        Assert.Equal(0, await aicli.RunAsync("workspace", "delete", Some.WorkspaceId));
        Assert.Single(api.Seen);
    }

    [Fact]
    public async Task Cannot_draw_on_the_terminal_through_a_name()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, Colours = true };
        api.On("GET /workspaces", Some.List(Some.Workspace(name: "a\u001b]0;owned\u0007[red]b[/]\u202ec\nd")));

        Assert.Equal(0, await aicli.RunAsync("workspace", "list"));

        var text = aicli.Out.ToString();
        Assert.DoesNotContain("\u001b]", text);
        Assert.DoesNotContain("\u0007", text);
        Assert.DoesNotContain("\u202e", text);
        Assert.Contains("[red]b[/]", text.ReplaceLineEndings(""));
    }
}
