using System.Runtime.Versioning;

namespace AICodeManager.Tests.Cli;

[UnsupportedOSPlatform("windows")] // File modes are a Unix matter.
public sealed class BlockCommandTests
{
    private const string Id = "0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";

    private static object Block(string? comment = null) => new
    {
        id = Id, network = "203.0.113.0/24", scope = "all", reason = "manual", comment, active = true,
        created_at = "2026-11-03T09:00:00Z", until = "2026-11-03T21:00:00Z",
    };

    [Fact]
    public async Task Can_list_what_holds_and_with_all_what_held()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var list = new { items = new[] { Block("scans") }, next = (string?)null };
        api.On("GET /admin/blocks?active=true", list).On("GET /admin/blocks?network=203.0.113.7", list);
        Assert.Equal(0, await aicli.RunAsync("admin", "blocks", "list"));
        Assert.Contains("203.0.113.0/24", aicli.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("scans", aicli.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await aicli.RunAsync("admin", "blocks", "list", "--all", "--network", "203.0.113.7"));
        api.Only("GET /admin/blocks?network=203.0.113.7");
    }

    [Fact]
    public async Task Can_keep_a_network_out_say_why_and_let_it_in_again()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("POST /admin/blocks", Block("scans"), 201).On($"PUT /admin/blocks/{Id}", Block()).On($"DELETE /admin/blocks/{Id}", null, 204);
        Assert.Equal(0, await aicli.RunAsync("admin", "blocks", "add", "203.0.113.0/24", "--for", "12h", "--comment", "scans"));
        var sent = api.Seen.Single().Json;
        Assert.Equal((43_200, "scans", false), (sent.GetProperty("duration_seconds").GetInt64(), sent.GetProperty("comment").GetString(), sent.GetProperty("force").GetBoolean()));
        Assert.Equal(0, await aicli.RunAsync("admin", "blocks", "comment", Id, ""));
        Assert.Equal(0, await aicli.RunAsync("admin", "blocks", "lift", Id));
        Assert.Equal(["POST /admin/blocks", $"PUT /admin/blocks/{Id}", $"DELETE /admin/blocks/{Id}"], api.Seen.Select(s => s.Line));
    }

    [Theory]
    [InlineData("add", "203.0.113.7", "--for", "soon")]
    [InlineData("add", "203.0.113.7", "--for", "0h")]
    [InlineData("lift", "0196f2c4")]
    public async Task Cannot_be_meant_by_half(params string[] arguments)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        Assert.Equal(2, await aicli.RunAsync(["admin", "blocks", .. arguments]));
        Assert.Empty(api.Seen);
    }
}
