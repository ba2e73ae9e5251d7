using System.Text;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Spool;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Keeping.Audit.Chain;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Audit.Spool;

/// <summary>An audit that cannot be written stops changes, never a sign-in; what waited is written in later.</summary>
public sealed class SpoolTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_sign_in_goes_on_while_the_table_is_gone_and_its_event_arrives_when_it_is_back(string kind)
    {
        await using var server = await LiveServer.StartAsync(kind == "sqlite"
            ? null
            : new Dictionary<string, string> { ["DATABASE_URL"] = (await postgres.NewDatabaseAsync()).Reveal() });
        var user = await server.SignUpAsync();
        await server.Database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE audit_events RENAME TO audit_away"), Cancel);

        await server.Anonymous().SignInAsync("user1@example.com", LiveServer.Password);
        Assert.Equal((401, "invalid_credentials"), await server.Anonymous().TryAsync(
            HttpMethod.Post, "auth/login", new { email = "user1@example.com", password = "not this one at all" }));
        Assert.Equal(500, (await user.TryAsync(HttpMethod.Post, "workspaces", new { name = "w" })).Status); // a change is not made untold
        var spool = server.Services.GetRequiredService<AuditSpool>();
        Assert.True(spool is { IsBroken: true, HasAny: true });

        await server.Database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE audit_away RENAME TO audit_events"), Cancel);
        await server.Services.GetRequiredService<RefusalAudit>().StopAsync(Cancel);
        Assert.True(await server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<SpoolDrain>().Single().TurnAsync(Cancel));
        Assert.True(spool is { IsBroken: false, HasAny: false });
        var delayed = await server.Database.ReadAsync(
            r => r.QueryAsync<string>("SELECT name FROM audit_events WHERE details LIKE '%\"delayed\":true%' ORDER BY sequence"), Cancel);
        Assert.Equal(["login", "login_failed"], delayed.Where(name => name.StartsWith("login", StringComparison.Ordinal)));
        Assert.Equal(0, await server.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM workspaces"), Cancel));
        var report = await server.Services.GetRequiredService<AuditVerifier>().VerifyAsync(null, Cancel);
        Assert.Empty(report.Faults);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_waits_outlives_the_process_keeps_its_order_and_is_written_once(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var broken = lab.Start();
        await lab.SqlAsync("ALTER TABLE audit_events RENAME TO audit_away");
        for (var i = 0; i < 250; i++)
            await broken.Trail.RecordDoneAsync(RequestOrigin.System, ChainLab.Process.Tick(i));
        Assert.Single(broken.Heard.Alarms);
        Assert.Equal(250, broken.Heard.Events.Count);
        Assert.False(await broken.Drain.TurnAsync(Cancel));
        await broken.Trail.RecordDoneAsync(RequestOrigin.System, ChainLab.Process.Tick(250));

        await lab.SqlAsync("ALTER TABLE audit_away RENAME TO audit_events");
        var path = Path.Combine(lab.Node.Folder, "spool.draining.jsonl");
        var lines = await File.ReadAllBytesAsync(path, Cancel);
        var next = lab.Start();
        Assert.True(await next.Drain.TurnAsync(Cancel));
        await File.WriteAllBytesAsync(path, lines, Cancel); // killed after the commit, before the file was removed
        Assert.True(await next.Drain.TurnAsync(Cancel));
        Assert.True(await next.Drain.TurnAsync(Cancel));

        var numbers = await lab.Database.ReadAsync(
            r => r.QueryAsync<string>("SELECT resource_id FROM audit_events WHERE name = 'tick' ORDER BY sequence"), Cancel);
        Assert.Equal(Enumerable.Range(0, 251).Select(i => $"{i}"), numbers);
        Assert.Empty((await next.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Lines_that_somebody_else_wrote_are_not_taken_and_told()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        await lab.SqlAsync("ALTER TABLE audit_events RENAME TO audit_away");
        await process.Trail.RecordDoneAsync(RequestOrigin.System, ChainLab.Process.Tick(1), ChainLab.Process.Tick(2));
        await lab.SqlAsync("ALTER TABLE audit_away RENAME TO audit_events");
        var path = Path.Combine(lab.Node.Folder, "spool.jsonl");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        var text = await File.ReadAllTextAsync(path, Cancel);
        await File.WriteAllTextAsync(path, text.Replace("reason 2", "reason 3", StringComparison.Ordinal) + "nonsense\n", Encoding.UTF8, Cancel);
        Assert.True(await process.Drain.TurnAsync(Cancel));
        Assert.Equal(
            ["tick {\"number\":1,\"delayed\":true}", "audit_spool_damaged {\"lines\":2}"],
            await lab.Database.ReadAsync(r => r.QueryAsync<string>("SELECT name || ' ' || details FROM audit_events WHERE sequence > 1 ORDER BY sequence"), Cancel));
    }

    [Fact]
    public async Task An_event_that_the_database_never_takes_costs_no_other()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        await lab.SqlAsync("CREATE TRIGGER deaf BEFORE INSERT ON audit_events WHEN NEW.resource_id = '1' BEGIN SELECT RAISE(ABORT, 'never'); END");
        await process.Trail.RecordDoneAsync(RequestOrigin.System, ChainLab.Process.Tick(0), ChainLab.Process.Tick(1), ChainLab.Process.Tick(2));
        Assert.True(await process.Drain.TurnAsync(Cancel));
        Assert.True(await process.Drain.TurnAsync(Cancel));
        Assert.Equal(
            ["tick", "tick", "audit_overflow"],
            await lab.Database.ReadAsync(r => r.QueryAsync<string>("SELECT name FROM audit_events WHERE sequence > 1 ORDER BY sequence"), Cancel));
    }

    [Fact]
    public async Task Where_the_folder_takes_nothing_memory_does_up_to_its_bound()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        Directory.CreateDirectory(Path.Combine(lab.Node.Folder, "spool.jsonl")); // where the file would be
        await lab.SqlAsync("ALTER TABLE audit_events RENAME TO audit_away");
        var many = Enumerable.Range(0, AuditSpool.MostInMemory + 5).Select(ChainLab.Process.Tick).ToList();
        await process.Trail.RecordDoneAsync(RequestOrigin.System, many);
        await lab.SqlAsync("ALTER TABLE audit_away RENAME TO audit_events");
        Assert.True(await process.Drain.TurnAsync(Cancel));
        Assert.Equal(AuditSpool.MostInMemory, await lab.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'tick'"));
        Assert.Equal("{\"lost\":5}", await lab.ScalarAsync<string>("SELECT details FROM audit_events WHERE name = 'audit_overflow'"));
        Assert.Empty((await process.VerifyAsync()).Faults);
    }
}
