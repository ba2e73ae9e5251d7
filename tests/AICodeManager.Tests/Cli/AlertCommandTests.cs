namespace AICodeManager.Tests.Cli;

public sealed class AlertCommandTests
{
    private const string Id = "0aaaf2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";

    [Fact]
    public async Task Can_list_them_with_what_became_of_them()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/alerts", Some.List(Alert("blocked", ("slack", "sent", null), ("email", "failed", "RCPT: 550"))))
            .On("GET /admin/alerts?kind=blocked&delivery=failed", Some.List());

        Assert.Equal(0, await aicli.RunAsync("admin", "alerts", "list"));
        Assert.Contains("1 sent, 1 failed", aicli.Out.ToString());
        Assert.Equal(0, await aicli.RunAsync("admin", "alerts", "list", "--kind", "blocked", "--delivery", "failed", "--json"));
        Assert.Equal(0, aicli.Document().GetProperty("items").GetArrayLength());
        Assert.Equal(2, await aicli.RunAsync("admin", "alerts", "list", "--delivery", "lost"));
    }

    [Fact]
    public async Task Can_test_the_channels_and_wait_for_the_outcome()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("POST /admin/alerts/test", Alert("test", ("slack", "pending", null)), 202)
            .On($"GET /admin/alerts/{Id}", Alert("test", ("slack", "pending", null)))
            .On($"GET /admin/alerts/{Id}", Alert("test", ("slack", "sent", null)));

        Assert.Equal(0, await aicli.RunAsync("admin", "alerts", "test", "--channel", "slack"));

        Assert.Contains("sent", aicli.Out.ToString());
        Assert.Equal("slack", api.Seen.First().Json.GetProperty("channel").GetString());
    }

    [Fact]
    public async Task Can_tell_a_channel_that_fails_by_the_exit_code()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("POST /admin/alerts/test", Alert("test", ("slack", "sent", null), ("email", "failed", "AUTH: 535")), 202)
            .Refuses("POST /admin/alerts/test", 409, "alerts_off", "Alerts are switched off, or no channel is configured.");

        Assert.Equal(1, await aicli.RunAsync("admin", "alerts", "test"));
        Assert.Contains("AUTH: 535", aicli.Out.ToString());
        Assert.Equal(1, await aicli.RunAsync("admin", "alerts", "test"));
        Assert.Contains("no channel is configured", aicli.Error.ToString());
    }

    private static object Alert(string kind, params (string Channel, string State, string? Error)[] deliveries) => new
    {
        id = Id, kind, severity = "warning", subject = (string?)null, facts = new { }, occurrences = 3, first_at = Some.At, last_at = Some.At,
        deliveries = deliveries.Select(one => new { channel = one.Channel, recipient = (string?)null, state = one.State, attempts = 1, last_error = one.Error }),
    };
}
