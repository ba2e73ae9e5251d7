using System.Runtime.Versioning;
using System.Text.Json;

namespace AICodeManager.Tests.Cli;

[UnsupportedOSPlatform("windows")] // File modes are a Unix matter.
public sealed class MetricCommandTests
{
    private static readonly object Told = new
    {
        started_at = "2026-11-03T09:00:00Z", taken_at = "2026-11-03T10:00:00Z",
        metrics = new object[]
        {
            new { name = "aicli.logins", kind = "counter", unit = "{sign-in}", series = new[] { new { labels = new { outcome = "success", how = "password" }, value = 12 } } },
            new { name = "aicli.storage.duration", kind = "histogram", unit = "s", series = new[] { new { labels = new { operation = "commit" }, count = 4, sum = 0.01 } } },
        },
    };

    [Fact]
    public async Task Can_show_figures_to_people_all_of_them_or_some()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/metrics", Told);
        Assert.Equal(0, await aicli.RunAsync("admin", "metrics"));
        Assert.Contains("outcome=success how=password", aicli.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("4 × 0.0025 s", aicli.Out.ToString(), StringComparison.Ordinal);

        using var some = new Aicli(api);
        Assert.Equal(0, await some.RunAsync("admin", "metrics", "--filter", "STORAGE"));
        Assert.DoesNotContain("aicli.logins", some.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Can_hand_the_servers_document_to_a_program()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/metrics", Told);
        Assert.Equal(0, await aicli.RunAsync("admin", "metrics", "--json"));
        Assert.Equal(12, JsonElement.Parse(aicli.Out.ToString()).GetProperty("metrics")[0].GetProperty("series")[0].GetProperty("value").GetInt32());
    }
}
