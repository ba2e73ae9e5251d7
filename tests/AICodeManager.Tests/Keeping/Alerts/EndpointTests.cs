using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Keeping.Alerts.Smtp;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Alerts;

/// <summary>The whole way in a real server: from what happens to a mail server and a webhook, and back to who asks what became of it.</summary>
public sealed class EndpointTests(MailServer mail) : IClassFixture<MailServer>
{
    private const string MailSecret = "a-mail-password-nobody-may-see";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Can_test_the_channels_and_see_what_became_of_it_without_a_secret()
    {
        var recipient = $"{Guid.NewGuid():N}@example.test";
        await using var server = await StartAsync($"/test-{recipient}", recipient, MailServer.Password);
        var admin = await server.SignUpAsync("admin");

        var made = await admin.PostAsync("admin/alerts/test", new { });
        Assert.Equal("test", made.GetProperty("kind").GetString());
        var done = await SettledAsync(admin, made.GetProperty("id").GetString()!);

        Assert.Equal(["email sent", "webhook sent"], States(done));
        Assert.Single(await mail.MailsToAsync(recipient));
        Assert.True(Assert.Single(await mail.HooksAtAsync($"/test-{recipient}")).GetProperty("verified").GetBoolean());
        Assert.Equal(1, await CountAsync(server, "SELECT COUNT(*) FROM audit_events WHERE name = 'alert_tested' AND actor_id IS NOT NULL"));

        var one = await admin.PostAsync("admin/alerts/test", new { channel = "webhook" });
        Assert.Equal(["webhook sent"], States(await SettledAsync(admin, one.GetProperty("id").GetString()!)));
        var list = await admin.GetAsync("admin/alerts?kind=test&delivery=sent&limit=1");
        Assert.Equal(one.GetProperty("id").GetString(), list.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.NotEqual(JsonValueKind.Null, list.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Cannot_read_a_secret_anywhere_when_deliveries_fail()
    {
        var recipient = $"{Guid.NewGuid():N}@example.test";
        var path = $"/s3cret-path-{Guid.NewGuid():N}";
        await using var server = await StartAsync(path, recipient, MailSecret, hookPort: 9);
        var admin = await server.SignUpAsync("admin");
        var made = await admin.PostAsync("admin/alerts/test", new { });
        var done = await SettledAsync(admin, made.GetProperty("id").GetString()!);

        Assert.Equal(["email failed", "webhook failed"], States(done));
        var everything = string.Join('\n', await server.Database.ReadAsync(
            async r => (await r.QueryAsync<string>("SELECT COALESCE(last_error, '') || content FROM alert_deliveries"))
                .Concat(await r.QueryAsync<string>("SELECT COALESCE(reason, '') || COALESCE(details, '') FROM audit_events"))
                .Concat(await r.QueryAsync<string>("SELECT facts FROM alerts")).ToList(), Cancel)) + done.GetRawText();
        Assert.Contains("AUTH: 535", everything, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(MailSecret, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-path", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(MailServer.HookSecret, everything, StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync(server, "SELECT COUNT(*) FROM audit_events WHERE name = 'alert_not_delivered'"));
    }

    [Fact]
    public async Task Can_tell_of_failed_sign_ins_as_they_happen()
    {
        var recipient = $"{Guid.NewGuid():N}@example.test";
        await using var server = await StartAsync($"/live-{recipient}", recipient, MailServer.Password);
        var admin = await server.SignUpAsync("admin");
        for (var n = 0; n < 10; n++)
            await server.Anonymous().TryAsync(HttpMethod.Post, "auth/login", JsonContent.Create(new { email = $"nobody{n % 3}@example.com", password = "a wrong passphrase" }));

        var told = await UntilAsync(
            () => admin.GetAsync("admin/alerts?kind=failed_logins"),
            list => list.GetProperty("items") is { } items && items.GetArrayLength() == 1 && States(items[0]).All(state => state.EndsWith("sent", StringComparison.Ordinal)));

        Assert.Equal("10", told.GetProperty("items")[0].GetProperty("facts").GetProperty("threshold").GetString());
        Assert.Single(await mail.MailsToAsync(recipient));
    }

    [Fact]
    public async Task Cannot_test_what_is_not_there_or_ask_for_what_is_none()
    {
        await using var server = await LiveServer.StartAsync(new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" });
        var admin = await server.SignUpAsync("admin");
        Assert.Equal((409, "alerts_off"), await admin.TryAsync(HttpMethod.Post, "admin/alerts/test", new { }));
        Assert.Equal((400, "invalid_input"), await admin.TryAsync(HttpMethod.Post, "admin/alerts/test", new { channel = "x" }));
        Assert.Equal((400, "malformed_body"), await admin.TryAsync(HttpMethod.Post, "admin/alerts/test", new { chanel = "x" }));
        Assert.Equal((400, "invalid_input"), await admin.TryAsync(HttpMethod.Get, "admin/alerts?kind=x"));
        Assert.Equal((400, "invalid_input"), await admin.TryAsync(HttpMethod.Get, "admin/alerts?delivery=x"));
        Assert.Equal((404, "not_found"), await admin.TryAsync(HttpMethod.Get, $"admin/alerts/{Guid.NewGuid()}"));
        var user = await server.SignUpAsync();
        Assert.Equal((403, "permission_denied"), await user.TryAsync(HttpMethod.Get, "admin/alerts"));
        Assert.Equal((403, "permission_denied"), await user.TryAsync(HttpMethod.Post, "admin/alerts/test", new { }));
    }

    [Fact]
    public async Task Can_be_written_down_when_raised_while_the_server_stops()
    {
        await using var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        var environment = new Dictionary<string, string>
        {
            ["AICLI_SANDBOX"] = "none", ["DATABASE_URL"] = (await postgres.NewDatabaseAsync()).Reveal(), ["DB_ENCRYPTION_KEY"] = Guid.NewGuid().ToString(),
        };
        await using (var server = await LiveServer.StartAsync(environment))
            server.Services.GetRequiredService<AlertDesk>().Raise(new Alert(AlertKinds.BackupFailed, AlertSeverity.Critical, null, new Dictionary<string, string>()));

        await using var next = await LiveServer.StartAsync(environment);
        Assert.Equal(1, await CountAsync(next, "SELECT COUNT(*) FROM alerts WHERE kind = 'backup_failed'"));
    }

    private static Task<long> CountAsync(LiveServer server, string sql) => server.Database.ReadAsync(r => r.ScalarAsync<long>(sql), Cancel);

    private static List<string> States(JsonElement alert) =>
        [.. alert.GetProperty("deliveries").EnumerateArray().Select(one => $"{one.GetProperty("channel").GetString()} {one.GetProperty("state").GetString()}").Order()];

    private static Task<JsonElement> SettledAsync(ApiClient admin, string id) => UntilAsync(
        () => admin.GetAsync($"admin/alerts/{id}"), alert => States(alert).All(state => !state.EndsWith("pending", StringComparison.Ordinal)));

    private static async Task<JsonElement> UntilAsync(Func<Task<JsonElement>> look, Func<JsonElement, bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await retry.WaitForNextTickAsync(patience.Token))
        {
            if (await look() is var seen && holds(seen))
                return seen;
        }

        throw new OperationCanceledException();
    }

    private Task<LiveServer> StartAsync(string path, string recipient, string password, int? hookPort = null)
    {
        var smtp = mail.Settings("starttls", Server.Ground.Configuration.Sections.SmtpSecurity.StartTls);
        var hook = new UriBuilder(new Uri(mail.Hooks, path));
        hook.Port = hookPort ?? hook.Port;
        return LiveServer.StartAsync(
            new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none", ["SMTP_PASSWORD"] = password },
            $$"""
            monitoring:
              alerts:
                channels:
                  - {type: "email", recipients: ["{{recipient}}"]}
                  - {type: "webhook", url: "{{hook.Uri}}", secret: "{{MailServer.HookSecret}}", allow_http: true, allow_private_addresses: true}
                smtp:
                  host: "localhost"
                  port: {{smtp.Port}}
                  username: "{{MailServer.User}}"
                  password: "${SMTP_PASSWORD}"
                  from: "{{MailServer.User}}"
                  ca_file: "{{mail.Authority}}"
            """,
            services => services.AddSingleton(new AlertPace(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(10))));
    }
}
