using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Workspaces;

public sealed class WorkspaceTests
{
    [Fact]
    public async Task Can_make_list_rename_and_delete_ones_own()
    {
        await using var server = await LiveServer.StartAsync();
        var user = await server.SignUpAsync();
        var id = (await user.PostAsync("workspaces", new { name = "팀" })).GetProperty("id").GetString();
        Assert.Equal("팀", (await user.GetAsync("workspaces")).GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal((200, null), await user.TryAsync(HttpMethod.Put, $"workspaces/{id}", new { name = "team" }));
        Assert.Equal((204, null), await user.TryAsync(HttpMethod.Delete, $"workspaces/{id}"));
        Assert.Equal((404, "not_found"), await user.TryAsync(HttpMethod.Get, $"workspaces/{id}"));
    }

    [Fact]
    public async Task Cannot_see_that_a_foreign_one_exists()
    {
        await using var server = await LiveServer.StartAsync();
        var (owner, stranger) = (await server.SignUpAsync(), await server.SignUpAsync());
        var id = (await owner.PostAsync("workspaces", new { name = "mine" })).GetProperty("id").GetString();
        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Get, $"workspaces/{id}"));
        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Put, $"workspaces/{id}", new { name = "mine" }));
        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Put, $"workspaces/{id}", new { name = "stolen" }));
        await owner.PostAsync("workspaces", new { name = "other" });
        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Put, $"workspaces/{id}", new { name = "other" }));
        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Delete, $"workspaces/{id}"));
        Assert.Equal(0, (await stranger.GetAsync("workspaces")).GetProperty("items").GetArrayLength());
        Assert.Equal("mine", (await owner.GetAsync($"workspaces/{id}")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Pages_follow_their_cursor_without_gap_or_repetition()
    {
        await using var server = await LiveServer.StartAsync();
        var user = await server.SignUpAsync();
        for (var i = 0; i < 5; i++)
        {
            await user.PostAsync("workspaces", new { name = $"w{i}" });
        }

        List<string?> seen = [];
        string? cursor = null;
        do
        {
            var page = await user.GetAsync($"workspaces?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(w => w.GetProperty("name").GetString()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        // Two made within one millisecond may come in either order.
        Assert.Equal(["w0", "w1", "w2", "w3", "w4"], seen.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(" padded")]
    [InlineData("line\nfeed")]
    public async Task A_name_that_cannot_be_read_is_refused(string name)
    {
        await using var server = await LiveServer.StartAsync();
        var user = await server.SignUpAsync();
        Assert.Equal((400, "invalid_input"), await user.TryAsync(HttpMethod.Post, "workspaces", new { name }));
    }
}
