using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.Cli;

public sealed class AuditCommandTests
{
    private const string Line = "{\"id\":\"0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f\",\"name\":\"login\"}\n";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Can_list_events_with_every_filter()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(
            "GET /admin/audit?name=login_failed&name=login&from=2026-11-01T00%3A00%3A00Z&to=2026-12-01T00%3A00%3A00Z&outcome=refused&actor=a&session=s&key=k&request=r&address=203.0.113.0%2F24"
            + "&resource_type=user&resource_id=u&limit=2&order=oldest",
            new { items = new[] { Event(1), Event(2) }, next = "c" });
        string[] filters =
        [
            "--name", "login_failed", "--name", "login", "--from", "2026-11-01T00:00:00Z", "--to", "2026-12-01T00:00:00Z", "--outcome", "refused", "--actor", "a", "--session", "s",
            "--key", "k", "--request", "r", "--address", "203.0.113.0/24", "--resource-type", "user", "--resource-id", "u",
        ];
        Assert.Equal(0, await aicli.RunAsync(["admin", "audit", "list", .. filters, "--limit", "2", "--oldest-first"]));
        Assert.Contains("login_failed", aicli.Out.ToString());
        Assert.Contains("There are more", aicli.Error.ToString());
        Assert.Equal(2, await aicli.RunAsync("admin", "audit", "list", "--limit", "0"));
    }

    [Fact]
    public async Task Can_list_more_than_a_page_as_one_document()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/audit?limit=200&order=newest", new { items = Enumerable.Range(0, 200).Select(Event), next = "c" })
            .On("GET /admin/audit?limit=50&order=newest&cursor=c", new { items = Enumerable.Range(200, 50).Select(Event), next = "d" });
        Assert.Equal(0, await aicli.RunAsync("admin", "audit", "list", "--limit", "250", "--json"));
        Assert.Equal((250, "d"), (aicli.Document().GetProperty("items").GetArrayLength(), aicli.Document().GetProperty("next").GetString()));
    }

    [Fact]
    public async Task An_export_is_a_whole_file_or_none()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var file = Path.Combine(aicli.Folder, "audit.jsonl");
        api.On("GET /admin/audit?name=login&format=ocsf", context => context.Response.WriteAsync(Line + Line, Cancel))
            .On("GET /admin/audit?format=jsonl", async context =>
            {
                await context.Response.WriteAsync(Line, Cancel);
                await context.Response.Body.FlushAsync(Cancel);
                context.Abort();
            });
        Assert.Equal(0, await aicli.RunAsync("admin", "audit", "export", "--name", "login", "--format", "ocsf", "-o", file));
        Assert.Equal(Line + Line, await File.ReadAllTextAsync(file, Cancel));
        Assert.Contains("2 events in ", aicli.Error.ToString());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        Assert.Equal(2, await aicli.RunAsync("admin", "audit", "export", "-o", file));
        Assert.Equal(5, await aicli.RunAsync("admin", "audit", "export", "-o", file, "--force"));
        Assert.Equal(Line + Line, await File.ReadAllTextAsync(file, Cancel));
        Assert.Equal(["audit.jsonl"], Directory.GetFiles(aicli.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Can_show_where_events_are_sent_to()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On("GET /admin/audit/streams", Some.List(new
        {
            name = "siem", type = "syslog", target = "tls://s.example.org:6514", state = "failing", lag_seconds = 61, sent = 5, last_sent_at = Some.At, failures = 3, last_error = "connect: TimedOut", node = "n",
        }));
        Assert.Equal(0, await aicli.RunAsync("admin", "audit", "streams"));
        Assert.Contains("failing", aicli.Out.ToString());
        Assert.Contains("connect: TimedOut", aicli.Out.ToString());
    }

    [Fact]
    public async Task Following_shows_each_event_once_as_it_happens()
    {
        await using var server = await LiveServer.StartAsync(new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" });
        var admin = await server.SignUpAsync("admin");
        await admin.PostAsync("workspaces", new { name = "before" });
        using var aicli = Aicli.At(server);
        aicli.Patience = aicli.Patience with { LongestLook = TimeSpan.FromMilliseconds(40) };
        Assert.Equal(0, await aicli.RunAsync("login", "--email", "user1@example.com"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var run = aicli.RunAsync(stop.Token, "admin", "audit", "follow", "--name", "workspace_created", "--json");
        // It begins with its first look, which shows nothing: workspaces are made until one of them is seen.
        var made = 0;
        await Poll.UntilAsync(async () =>
        {
            if (aicli.Out.ToString().Length == 0)
                await admin.PostAsync("workspaces", new { name = $"w{made++}" });
            return aicli.Lines().Count > 0;
        });
        await admin.PostAsync("workspaces", new { name = "last" });
        var last = await server.Database.ReadAsync(r => r.ScalarAsync<string>("SELECT id FROM workspaces WHERE name = 'last'"), Cancel);
        await Poll.UntilAsync(() => Task.FromResult(aicli.Out.ToString().Contains(last!, StringComparison.Ordinal)));
        await stop.CancelAsync();
        Assert.Equal(130, await run);
        var ids = aicli.Lines().Select(line => line.GetProperty("id").GetString()).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.DoesNotContain(await server.Database.ReadAsync(r => r.ScalarAsync<string>("SELECT id FROM workspaces WHERE name = 'before'"), Cancel) ?? "", aicli.Out.ToString());

        // aicli signs its requests: the event names the key that did.
        Assert.Equal(0, await aicli.RunAsync("admin", "audit", "export", "--name", "workspace_created", "-o", Path.Combine(aicli.Folder, "out.jsonl")));
        var key = (await admin.GetAsync("keys")).GetProperty("items")[0].GetProperty("key_id").GetString();
        var exported = (await admin.GetAsync($"admin/audit?name=audit_exported&key={key}")).GetProperty("items");
        Assert.Equal(key, exported[0].GetProperty("key_id").GetString());
    }

    private static string Id(int number) => $"0196f2c4-7d5e-7c31-9d2f-{number:x12}";

    private static object Event(int number) => new
    {
        id = Id(number), at = Some.At, name = "login_failed", outcome = "refused", actor_id = (string?)null, request_id = "r", address = "192.0.2.1",
    };
}
