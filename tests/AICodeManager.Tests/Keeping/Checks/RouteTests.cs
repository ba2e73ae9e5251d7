using System.Text.Json;
using AICodeManager.Server.Keeping.Checks;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>The route, and aicli-web and aicli against a real server.</summary>
public sealed class RouteTests : IClassFixture<RouteTests.Running>
{
    private readonly LiveServer server;

    public RouteTests(Running running) => server = running.Server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Administrators_only()
    {
        Assert.Equal((401, "authentication_required"), await server.Anonymous().TryAsync(HttpMethod.Get, "admin/security-check"));
        Assert.Equal((403, "permission_denied"), await (await server.SignUpAsync()).TryAsync(HttpMethod.Get, "admin/security-check"));
    }

    [Fact]
    public async Task Can_run_a_review_and_see_what_the_running_server_really_sends()
    {
        var admin = await server.SignUpAsync("admin");
        var report = await admin.GetAsync("admin/security-check?review=deployment");
        var items = report.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("id").GetString()!);

        Assert.Equal(CheckTable.Items.Where(item => item.Reviews.HasFlag(Reviews.Deployment)).Select(item => item.Id).Order(), items.Keys.Order());
        Assert.Equal("pass", items["security_headers"].GetProperty("result").GetString());
        Assert.Contains($"{server.Address.Port}", items["security_headers"].GetProperty("evidence").GetString(), StringComparison.Ordinal);
        Assert.Equal("fail", items["rate_limits"].GetProperty("result").GetString());
        Assert.Equal("TLS is on", items["tls_enabled"].GetProperty("title").GetProperty("en").GetString());
        Assert.Contains("인증서", items["tls_enabled"].GetProperty("to_do").GetProperty("ko").GetString(), StringComparison.Ordinal);
        Assert.Equal(items.Count, Sum(report.GetProperty("counts")));
        var events = await admin.GetAsync("admin/audit?name=security_check_run");
        Assert.NotEqual(JsonValueKind.Null, events.GetProperty("items")[0].GetProperty("actor_id").ValueKind);
    }

    [Fact]
    public async Task Reviews_can_be_put_together_and_others_are_refused()
    {
        var admin = await server.SignUpAsync("admin");
        var report = await admin.GetAsync("admin/security-check?review=weekly&review=yearly");
        Assert.Equal(["weekly", "yearly"], report.GetProperty("reviews").EnumerateArray().Select(word => word.GetString()!));
        Assert.Equal((400, "invalid_input"), await admin.TryAsync(HttpMethod.Get, "admin/security-check?review=daily"));
    }

    private static int Sum(JsonElement counts) => counts.EnumerateObject().Sum(count => count.Value.GetInt32());

    /// <summary>One server for all tests of this class.</summary>
    public sealed class Running : IAsyncLifetime
    {
        public LiveServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await LiveServer.StartAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
