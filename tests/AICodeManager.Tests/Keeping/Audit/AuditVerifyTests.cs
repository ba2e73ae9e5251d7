using System.Diagnostics;
using System.Text.Json;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Keeping.Audit.Chain;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Audit;

/// <summary>The proof as people ask for it: over the API, and on the server's machine.</summary>
public sealed class AuditVerifyTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_route_and_the_command_prove_a_running_server_and_name_what_was_done_to_it()
    {
        await using var server = await LiveServer.StartAsync();
        var admin = await server.SignUpAsync("admin");
        var whole = await admin.GetAsync("admin/audit/verify");
        Assert.True(whole.GetProperty("intact").GetBoolean());
        Assert.Equal(1, whole.GetProperty("chains").GetInt32());

        await server.Database.WriteAsync(t => t.ExecuteAsync("DELETE FROM audit_events WHERE sequence = (SELECT MAX(sequence) FROM audit_events)"), Cancel);
        var fault = (await admin.GetAsync("admin/audit/verify")).GetProperty("faults")[0];
        Assert.Equal("cut_off", fault.GetProperty("kind").GetString());

        await server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE audit_events SET outcome = 'failure' WHERE sequence = 2"), Cancel);
        var (exit, text) = await VerifyOutsideAsync(server.Services.GetRequiredService<Settings>().Host.DataFolder);
        var named = JsonElement.Parse(text).GetProperty("faults")[0];
        Assert.Equal((1, "altered", 2), (exit, named.GetProperty("kind").GetString(), named.GetProperty("sequence").GetInt32()));
    }

    [Fact]
    public async Task A_damaged_page_is_named_and_no_fault_of_the_verification()
    {
        using var folder = new TempFolder();
        var database = await Databases.NewAsync("sqlite", postgres, folder);
        using var lanes = AuditWriting.Lanes(database);
        await using var files = AuditWriting.Files(AuditWriting.Node, Server.Ground.Configuration.Sections.AuditStorage.Database);
        var trail = AuditWriting.Trail(database);
        await database.WriteAsync(async t =>
        {
            for (var i = 0; i < 3_000; i++)
                await trail.RecordAsync(t, Server.Ground.Http.RequestOrigin.System, ChainLab.Process.Tick(i));
        }, Cancel);
        await database.ReadAsync(r => r.QueryAsync<long>("PRAGMA wal_checkpoint(TRUNCATE)"), Cancel);
        await database.DisposeAsync();

        var path = folder.File("test.db");
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Seek(file.Length / 2 / 4096 * 4096, SeekOrigin.Begin);
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 3 * 4096).ToArray(), Cancel);
        }

        await using var damaged = Database.Sqlite(path);
        var report = await new AuditVerifier(damaged, new Server.Keeping.Audit.Chain.ChainKeys(new Server.Keeping.Vault.RootKeys(AuditWriting.Root)), AuditWriting.Node, lanes, files)
            .VerifyAsync(null, Cancel);
        Assert.False(report.Intact);
        Assert.Contains(report.Faults[0].Kind, (string[])[AuditFaultKind.Unreadable, AuditFaultKind.Altered, AuditFaultKind.Deleted]);
    }

    private static async Task<(int Exit, string Text)> VerifyOutsideAsync(string data)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "aicli-web.dll"), "audit", "verify", "--json"])
        {
            RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["AICLI_DATA"] = data;
        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, text);
    }
}
