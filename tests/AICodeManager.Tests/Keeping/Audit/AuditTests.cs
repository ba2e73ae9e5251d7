using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Audit;

public sealed class AuditTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_write_leaves_its_event_with_who_where_and_what()
    {
        await using var server = await LiveServer.StartAsync();
        var user = await server.SignUpAsync();
        var id = (await user.PostAsync("workspaces", new { name = "w" })).GetProperty("id").GetString();
        var admin = await server.SignUpAsync("admin");
        var row = (await admin.GetAsync("admin/audit?name=workspace_created")).GetProperty("items")[0];
        Assert.Equal(id, row.GetProperty("resource_id").GetString());
        Assert.Equal("127.0.0.1", row.GetProperty("address").GetString());
        Assert.Equal("success", row.GetProperty("outcome").GetString());
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, row.GetProperty("actor_id").ValueKind);
        Assert.Equal(32, row.GetProperty("request_id").GetString()!.Length);
    }

    [Fact]
    public async Task Every_refusal_leaves_its_event_with_the_reason()
    {
        await using var server = await LiveServer.StartAsync();
        var user = await server.SignUpAsync();
        await user.TryAsync(HttpMethod.Get, $"workspaces/{Guid.NewGuid()}");
        await server.Anonymous().TryAsync(HttpMethod.Get, "auth/me");
        await server.Services.GetRequiredService<RefusalAudit>().StopAsync(Cancel);
        var reasons = await server.Database.ReadAsync(
            r => r.QueryAsync<string>("SELECT reason FROM audit_events WHERE name = 'request_refused' ORDER BY id"), Cancel);
        Assert.Equal(["not_found", "authentication_required"], reasons);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_name_that_no_event_has_is_refused_and_no_fault(string kind)
    {
        await using var server = await LiveServer.StartAsync(kind == "sqlite"
            ? null
            : new Dictionary<string, string> { ["DATABASE_URL"] = (await postgres.NewDatabaseAsync()).Reveal() });
        var admin = await server.SignUpAsync("admin");
        foreach (var (name, refusal) in new[]
        {
            ("%00", (400, "malformed_target")), ("login%EF%BF%BE", (400, "invalid_input")), ("Login", (400, "invalid_input")),
            (new string('a', 101), (400, "invalid_input")), ("' OR 1=1", (403, "attack_detected")),
        })
        {
            Assert.Equal(refusal, await admin.TryAsync(HttpMethod.Get, $"admin/audit?name={name}"));
        }
    }

    [Fact]
    public void A_long_text_is_never_cut_inside_a_character()
    {
        var cut = RefusalAudit.Bounded(new string('a', 299) + "😀😀");
        Assert.DoesNotContain(cut, char.IsSurrogate);
        Assert.EndsWith("a…", cut, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_login_is_told_with_its_private_reason()
    {
        await using var server = await LiveServer.StartAsync();
        await server.SignUpAsync();
        await server.Anonymous().TryAsync(HttpMethod.Post, "auth/login", new { email = "user1@example.com", password = "not this one" });
        Assert.Equal("wrong_password", await server.Database.ReadAsync(
            r => r.ScalarAsync<string>("SELECT reason FROM audit_events WHERE name = 'login_failed'"), Cancel));
    }
}
