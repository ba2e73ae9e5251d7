namespace AICodeManager.Tests.Cli;

public sealed class NameTests
{
    private static async Task<ApiDouble> TwoWorkspacesAsync()
    {
        var api = await ApiDouble.StartAsync();
        return api.On("GET /workspaces", Some.List(Some.Workspace(), Some.Workspace(Some.OtherWorkspaceId, "billing")))
            .On($"GET /workspaces/{Some.WorkspaceId}", Some.Workspace())
            .On($"GET /workspaces/{Some.OtherWorkspaceId}", Some.Workspace(Some.OtherWorkspaceId, "billing"));
    }

    [Theory]
    [InlineData("payments", Some.WorkspaceId)]
    [InlineData("0196f2c4-7", Some.WorkspaceId)]
    [InlineData("0196F2C4-1", Some.OtherWorkspaceId)]
    [InlineData(Some.OtherWorkspaceId, Some.OtherWorkspaceId)]
    public async Task Can_find_by_id_beginning_of_an_id_or_name(string named, string id)
    {
        await using var api = await TwoWorkspacesAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(0, await aicli.RunAsync("workspace", "show", named, "--json"));

        Assert.Equal(id, aicli.Document().GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("Payments")]
    [InlineData("pay")]
    [InlineData("019")]
    public async Task Cannot_find_by_less_than_that(string named)
    {
        await using var api = await TwoWorkspacesAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(4, await aicli.RunAsync("workspace", "show", named));

        Assert.Contains("accepted are", aicli.Error.ToString());
    }

    [Fact]
    public async Task Cannot_choose_between_two_and_lists_them()
    {
        await using var api = await TwoWorkspacesAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("workspace", "delete", "0196f2c4", "--yes"));

        Assert.Contains($"{Some.WorkspaceId} (payments)", aicli.Error.ToString());
        Assert.Contains($"{Some.OtherWorkspaceId} (billing)", aicli.Error.ToString());
        Assert.DoesNotContain(api.Seen, seen => seen.Line.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cannot_prefer_a_name_over_an_id_that_begins_alike()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /workspaces", Some.List(Some.Workspace(), Some.Workspace("0dd6f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f", "0196")));

        Assert.Equal(2, await aicli.RunAsync("workspace", "delete", "0196"));
    }

    [Fact]
    public async Task Can_find_a_project_in_any_workspace_and_tells_namesakes_apart()
    {
        await using var api = await TwoWorkspacesAsync();
        using var aicli = new Aicli(api);
        const string Other = "0ee6f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";
        api.On($"GET /workspaces/{Some.WorkspaceId}/projects", Some.List(Some.Project()))
            .On($"GET /workspaces/{Some.OtherWorkspaceId}/projects", Some.List(Some.Project(Other, "web"), Some.Project("0ff6f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f")))
            .On($"GET /projects/{Other}", Some.Project(Other, "web"));

        Assert.Equal(0, await aicli.RunAsync("project", "show", "web"));
        Assert.Equal(2, await aicli.RunAsync("project", "show", "api"));

        Assert.Contains("(api in workspace payments)", aicli.Error.ToString());
        Assert.Contains("(api in workspace billing)", aicli.Error.ToString());
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../../admin/users")]
    [InlineData("0bb6f2c4")]
    public async Task Cannot_name_a_task_by_anything_but_its_id(string named)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("task", "show", named));

        Assert.Empty(api.Seen);
    }
}
