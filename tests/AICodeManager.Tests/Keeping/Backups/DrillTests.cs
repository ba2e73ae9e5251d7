using AICodeManager.Server.CommandLine;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Tests.FrontDoor.ClientKeys;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary>The restore drill: a lived-in installation is backed up, restored elsewhere into the other database, and goes on there.</summary>
public sealed class DrillTests(PostgresServer postgres) : IDisposable
{
    private const string Key = "the database key of both installations, long enough", Tokens = "{\"access_token\":\"of a provider\"}";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly FakeClock clock = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData("sqlite", "postgresql")]
    [InlineData("postgresql", "sqlite")]
    public async Task An_installation_goes_on_in_the_other_database(string from, string to)
    {
        await using var here = await StartAsync(from == "sqlite" ? null : (await postgres.NewDatabaseAsync()).Reveal());
        var lived = await LiveAsync(here);
        var (name, before) = await BackUpAsync(here, lived);

        var url = to == "sqlite" ? null : await postgres.NewDatabaseAsync();
        var file = folder.File("restored.db");
        await RestoreAsync(here, name, () => url is null ? new SqliteTarget(file) : BackupLab.Target(url));
        await using var there = await StartAsync(url?.Reveal(), url is null ? file : null);
        await SameRowsAsync(before, there.Server.Database);
        await ProvenAsync(there.Server);
        await GoesOnAsync(there, lived);
    }

    public void Dispose() => folder.Dispose();

    private sealed record Lived(Owner Admin, Owner User, byte[] Totp, Device Device, string Workspace, string Task, string Link);

    private async Task<KeyLab> StartAsync(string? url, string? file = null)
    {
        var environment = new Dictionary<string, string> { ["DB_ENCRYPTION_KEY"] = Key, ["AICLI_SANDBOX"] = "none" };
        if (url is not null)
        {
            environment["DATABASE_URL"] = url;
        }

        return new KeyLab(await LiveServer.StartAsync(environment, "tasks:\n  max_concurrent: 1\n", services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            if (file is not null)
            {
                services.AddSingleton(_ => Database.Sqlite(file));
            }
        }), clock);
    }

    private async Task<Lived> LiveAsync(KeyLab lab)
    {
        var (admin, user) = (await lab.SignUpAsync("admin"), await lab.SignUpAsync());
        var device = await lab.EnrolAsync(user);
        var totp = Base32Text.Decode((await user.Client.PostAsync("auth/totp", new { })).GetProperty("secret").GetString()!);
        await user.Client.PostAsync("auth/totp/confirm", new { code = Totp.CodeAt(totp, Totp.StepAt(clock.UtcNow)) });
        var workspace = (await user.Client.PostAsync("workspaces", new { name = "작업 공간" })).GetProperty("id").GetString()!;
        await user.Client.PostAsync($"workspaces/{workspace}/members", new { email = admin.Email, role = "viewer" });
        var (project, task, link) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var vault = lab.Server.Services.GetRequiredService<FieldVault>();
        await lab.Server.Database.WriteAsync(async t =>
        {
            await t.ExecuteAsync(
                "INSERT INTO projects (id, workspace_id, name, source_type, state, created_at) VALUES (@project, @workspace, 'p', 'empty', 'ready', 1)", new { project, workspace });
            await t.ExecuteAsync(
                """
                INSERT INTO tasks (id, project_id, created_by, agent, approvals, prompt, state, model, output_offset, last_event, turns, budget_microusd, spent_microusd,
                    reserved_microusd, input_tokens, output_tokens, created_at, finished_at)
                VALUES (@task, @project, @user, 'claude', 'ask', 'Mend the roof.', 'succeeded', 'm', 0, 1, 1, 5000000, 1200, 0, 10, 20, 1, 2)
                """, new { task, project, user = user.Id });
            await t.ExecuteAsync("INSERT INTO task_events (task_id, number, type, at, data) VALUES (@task, 1, 'message', 1, @data)", new { task, data = "{\"text\":\"고쳤습니다\"}" });
            await t.ExecuteAsync(
                """
                INSERT INTO external_logins (id, user_id, provider, issuer, subject, tokens, created_at, last_used_at, sealed_version)
                VALUES (@link, @user, 'google', 'i', 's', @tokens, 1, 1, 7)
                """, new { link, user = user.Id, tokens = vault.Seal(Tokens, new SealedPlace("external_logins", "tokens", link.ToString("D"), 7)) });
        }, Cancel);
        return new Lived(admin, user, totp, device, workspace, task.ToString("D"), link.ToString("D"));
    }

    // By the route, as an administrator does it; then nothing changes any more but the note of the backup itself.
    private static async Task<(string Name, SortedDictionary<string, string[]> Rows)> BackUpAsync(KeyLab lab, Lived lived)
    {
        var begun = await lived.Admin.Client.PostAsync("admin/backups", new { });
        Assert.Equal("running", begun.GetProperty("state").GetString());
        await lab.Server.Services.GetRequiredService<BackupRuns>().Current.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        var made = await lived.Admin.Client.GetAsync($"admin/backups/{begun.GetProperty("id").GetString()}");
        Assert.True(made.GetProperty("state").GetString() == "verified", made.ToString());
        Assert.Equal(403, (await lived.User.Client.TryAsync(HttpMethod.Get, "admin/backups")).Status);
        return (made.GetProperty("name").GetString()!, await BackupLab.DumpAsync(lab.Server.Database));
    }

    private static async Task RestoreAsync(KeyLab lab, string name, Func<IRestoreTarget> target)
    {
        var settings = lab.Server.Services.GetRequiredService<Settings>();
        await using var file = BackupFolder.Open(Path.Combine(settings.Host.DataFolder, "backups", name));
        await using var into = target();
        await new BackupRestorer(new RootKeys(settings), TimeProvider.System).RestoreAsync(
            file, into, false, null, (whole, done) => RestoreCommand.RecordAsync(settings, whole, name, done), null, Cancel);
    }

    private static async Task SameRowsAsync(SortedDictionary<string, string[]> before, Database database)
    {
        var after = await BackupLab.DumpAsync(database);
        Assert.Equal(before.Keys, after.Keys);
        // What the backup notes of itself, and what a restore and a start write, are the only differences.
        string[] grows = ["backups", "audit_events", "audit_chains", "audit_checkpoints", "audit_keys", "audit_cuts", "vault_keys"];
        foreach (var table in before.Keys.Except(grows))
        {
            Assert.Equal(before[table], after[table]);
        }

        // Written after the moment of the copy, or perhaps after it.
        var settled = before["audit_events"].Where(row => !row.Contains("name=backup_created", StringComparison.Ordinal) && !row.Contains("outcome=refused", StringComparison.Ordinal));
        Assert.All(settled, row => Assert.Contains(row, after["audit_events"]));
        Assert.Single(after["audit_events"], row => row.Contains("name=backup_restored", StringComparison.Ordinal));
        Assert.True(before["task_events"].Length == 1 && before["totp_factors"].Length == 1 && before["client_keys"].Length == 1 && before["recovery_codes"].Length == 10);
    }

    private static async Task ProvenAsync(LiveServer server)
    {
        var report = await server.Services.GetRequiredService<AuditVerifier>().VerifyAsync(null, Cancel);
        Assert.True(report.Intact, string.Join("; ", report.Faults));
        Assert.True(report.Events > 5, $"{report.Events} events");
    }

    private async Task GoesOnAsync(KeyLab lab, Lived lived)
    {
        // The session of before is over, the password holds, and the second factor's secret opens.
        var client = lab.Server.Anonymous();
        Assert.Equal((401, "two_factor_required"), await client.TryAsync(HttpMethod.Post, "auth/login", new { email = lived.User.Email, password = LiveServer.Password }));
        clock.Advance(TimeSpan.FromSeconds(30));
        var code = Totp.CodeAt(lived.Totp, Totp.StepAt(clock.UtcNow));
        var answer = await client.PostAsync("auth/login", new { email = lived.User.Email, password = LiveServer.Password, code });
        client.Http.DefaultRequestHeaders.Authorization = new("Bearer", answer.GetProperty("access_token").GetString());
        Assert.Equal("작업 공간", (await client.GetAsync($"workspaces/{lived.Workspace}")).GetProperty("name").GetString());
        Assert.Equal("Mend the roof.", (await client.GetAsync($"tasks/{lived.Task}")).GetProperty("prompt").GetString());
        // The device's key, and what was sealed for the provider.
        var signed = await lab.AskAsync(lived.Device);
        Assert.True(signed.Status == 200, signed.Text);
        var tokens = await lab.Server.Database.ReadAsync(r => r.ScalarAsync<string>("SELECT tokens FROM external_logins"), Cancel);
        Assert.Equal(Tokens, lab.Server.Services.GetRequiredService<FieldVault>().Open(tokens!, new SealedPlace("external_logins", "tokens", lived.Link, 7)));
    }
}
