namespace AICodeManager.Tests.Cli;

public sealed class SessionCommandTests
{
    private const string Own = "0aaaf2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";
    private const string Other = "0bbbf2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";

    private static async Task<(ApiDouble Api, Aicli Aicli)> SignedInAsync()
    {
        var api = await ApiDouble.StartAsync();
        var aicli = new Aicli(api);
        await aicli.SignInAsync(api);
        api.On("GET /sessions", Some.List(Some.Session(Own, true, "aicli 0"), Some.Session(Other, false, "Firefox 144")));
        return (api, aicli);
    }

    [Theory]
    [InlineData("sessions")]
    [InlineData("sessions", "list")]
    public async Task Can_list_them(params string[] command)
    {
        var (api, aicli) = await SignedInAsync();
        await using var _ = api;
        using var __ = aicli;

        Assert.Equal(0, await aicli.RunAsync(command));

        var lines = aicli.Out.ToString().Split('\n');
        Assert.Contains(lines, line => line.StartsWith(Own, StringComparison.Ordinal) && line.EndsWith("this one", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith(Other, StringComparison.Ordinal) && line.Contains("Firefox 144") && line.Contains("KR"));

        Assert.Equal(0, await aicli.RunAsync([.. command, "--json"]));
        Assert.Equal(2, aicli.Document().GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Can_end_another_one_by_the_beginning_of_its_id_and_stays_signed_in()
    {
        var (api, aicli) = await SignedInAsync();
        await using var _ = api;
        using var __ = aicli;
        api.On($"DELETE /sessions/{Other}", null, 204);

        Assert.Equal(0, await aicli.RunAsync("sessions", "end", "0bbb", "--json"));

        Assert.Equal(Other, aicli.Document().GetProperty("id").GetString());
        Assert.True(File.Exists(aicli.Credentials));
    }

    [Theory]
    [InlineData($"DELETE /sessions/{Own}", Own)]
    [InlineData("DELETE /sessions", "--all")]
    public async Task Can_end_its_own_and_forgets_the_login(string request, string which)
    {
        var (api, aicli) = await SignedInAsync();
        await using var _ = api;
        using var __ = aicli;
        api.On(request, null, 204);

        Assert.Equal(0, await aicli.RunAsync("sessions", "end", which));

        api.Only(request);
        Assert.False(File.Exists(aicli.Credentials));
    }

    [Fact]
    public async Task Can_end_all_others()
    {
        var (api, aicli) = await SignedInAsync();
        await using var _ = api;
        using var __ = aicli;
        api.On("DELETE /sessions?except=current", null, 204);

        Assert.Equal(0, await aicli.RunAsync("sessions", "end", "--others"));

        api.Only("DELETE /sessions?except=current");
        Assert.True(File.Exists(aicli.Credentials));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2, "--all", "--others")]
    [InlineData(2, "0bbb", "--all")]
    [InlineData(4, "0ccc")]
    public async Task Cannot_end_what_is_not_named_exactly(int exit, params string[] which)
    {
        var (api, aicli) = await SignedInAsync();
        await using var _ = api;
        using var __ = aicli;

        Assert.Equal(exit, await aicli.RunAsync(["sessions", "end", .. which]));

        Assert.Contains("ccepted", aicli.Error.ToString());
        Assert.DoesNotContain(api.Seen, seen => seen.Line.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cannot_forget_the_login_when_the_server_did_not_end_it()
    {
        var (api, aicli) = await SignedInAsync();
        await using var _ = api;
        using var __ = aicli;
        api.Refuses("DELETE /sessions", 503, "coordination_unavailable", "The store is away");

        Assert.Equal(1, await aicli.RunAsync("sessions", "end", "--all"));

        Assert.True(File.Exists(aicli.Credentials));
    }
}
