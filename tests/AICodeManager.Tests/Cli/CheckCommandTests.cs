namespace AICodeManager.Tests.Cli;

public sealed class CheckCommandTests
{
    [Fact]
    public async Task Shows_what_needs_somebody_and_ends_with_1_where_something_fails()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/security-check", Report(1, Item("tls_enabled", "fail", "pass"), Item("disk_free", "pass", "pass")));

        Assert.Equal(1, await aicli.RunAsync("admin", "security-check"));

        var text = aicli.Out.ToString();
        Assert.Contains("FAIL  tls_enabled: Title (before: pass)", text);
        Assert.Contains("-> Do it.", text);
        Assert.DoesNotContain("disk_free", text);
        Assert.Equal(1, await aicli.RunAsync("admin", "security-check", "--all", "--language", "ko"));
        Assert.Contains("PASS  disk_free: 제목", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_choose_reviews_and_have_the_document()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/security-check?review=weekly&review=yearly", Report(0, Item("disk_free", "warn", null)));

        Assert.Equal(0, await aicli.RunAsync("admin", "security-check", "--yearly", "--weekly", "--json"));

        Assert.Equal("disk_free", aicli.Document().GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal(2, await aicli.RunAsync("admin", "security-check", "--daily"));
    }

    private static object Report(int fail, params object[] items) => new
    {
        at = Some.At, reviews = new[] { "weekly" }, counts = new { pass = 1, warn = 0, fail, skip = 0 }, last_run_at = (string?)null, unrecorded = (string?)null, items,
    };

    private static object Item(string id, string result, string? previous) => new
    {
        id, title = new { en = "Title", ko = "제목" }, reviews = new[] { "weekly" }, result, evidence = "what was read", to_do = new { en = "Do it.", ko = "하세요." },
        previous, since = Some.At, milliseconds = 3,
    };
}
