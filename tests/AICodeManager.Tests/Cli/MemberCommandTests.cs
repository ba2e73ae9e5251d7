namespace AICodeManager.Tests.Cli;

public sealed class MemberCommandTests
{
    private const string Bob = "0bbbf2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";
    private const string Eve = "0eeef2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";
    private const string Members = $"/workspaces/{Some.WorkspaceId}/members";

    private static async Task<ApiDouble> StartAsync() => (await ApiDouble.StartAsync())
        .On("GET /workspaces", Some.List(Some.Workspace()))
        .On($"GET {Members}", Some.List(Some.Member(Bob, "bob@example.org"), Some.Member(Eve, "eve.bob@example.org")));

    [Fact]
    public async Task Can_list_them()
    {
        await using var api = await StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(0, await aicli.RunAsync("workspaces", "members", "list", "payments"));
        Assert.Contains($"{Bob}  bob@example.org", aicli.Out.ToString());
        Assert.Equal(0, await aicli.RunAsync("workspace", "members", "list", "payments", "--json"));
        Assert.Equal(2, aicli.Document().GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Can_add_one_as_viewer_unless_more_is_said()
    {
        await using var api = await StartAsync();
        using var aicli = new Aicli(api);
        api.On($"POST {Members}", Some.Member(Bob, "bob@example.org"), 201).On($"POST {Members}", Some.Member(Bob, "bob@example.org"), 201)
            .Refuses($"POST {Members}", 404, "no_such_user", "Nobody who can sign in has this e-mail address.");

        Assert.Equal(0, await aicli.RunAsync("workspace", "members", "add", "payments", "bob@example.org", "--json"));
        Assert.Equal("viewer", api.Seen.Last().Json.GetProperty("role").GetString());
        Assert.Equal("bob@example.org", api.Seen.Last().Json.GetProperty("email").GetString());
        Assert.Equal(0, await aicli.RunAsync("workspace", "members", "add", "payments", "bob@example.org", "--role", "owner"));
        Assert.Equal("owner", api.Seen.Last().Json.GetProperty("role").GetString());
        Assert.Equal(4, await aicli.RunAsync("workspace", "members", "add", "payments", "nobody@example.org"));
    }

    [Theory]
    [InlineData("BOB@example.org")]
    [InlineData("0bbb")]
    [InlineData(Bob)]
    public async Task Can_change_and_remove_one_by_address_or_id(string named)
    {
        await using var api = await StartAsync();
        using var aicli = new Aicli(api);
        api.On($"PUT {Members}/{Bob}", Some.Member(Bob, "bob@example.org", "editor")).On($"DELETE {Members}/{Bob}", null, 204);

        Assert.Equal(0, await aicli.RunAsync("workspace", "members", "role", "payments", named, "editor"));
        Assert.Equal("""{"role":"editor"}""", api.Only($"PUT {Members}/{Bob}").Text);
        Assert.Equal(0, await aicli.RunAsync("workspace", "members", "remove", "payments", named, "--json"));
        Assert.Equal(Bob, aicli.Document().GetProperty("id").GetString());
    }

    [Fact]
    public async Task Cannot_name_a_role_or_a_member_that_there_is_not_or_remove_the_last_owner()
    {
        await using var api = await StartAsync();
        using var aicli = new Aicli(api);
        api.Refuses($"DELETE {Members}/{Bob}", 409, "last_owner", "The workspace would be left without an owner.");

        Assert.Equal(2, await aicli.RunAsync("workspace", "members", "add", "payments", "bob@example.org", "--role", "admin"));
        Assert.Equal(2, await aicli.RunAsync("workspace", "members", "role", "payments", "bob@example.org", "admin"));
        Assert.Contains("'owner' 'editor' 'viewer'", aicli.Error.ToString());
        Assert.Equal(4, await aicli.RunAsync("workspace", "members", "remove", "payments", "carol@example.org"));
        Assert.Equal(1, await aicli.RunAsync("workspace", "members", "remove", "payments", "bob@example.org"));
    }
}
