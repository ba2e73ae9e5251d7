using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Checks;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>A healthy system passes; each item of the table is broken in turn and says so.</summary>
public sealed class ItemTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Ids => [.. CheckTable.Items.Select(item => item.Id)];

    [Fact]
    public async Task A_healthy_system_passes_every_item()
    {
        await using var lab = await CheckLab.NewAsync();

        var report = await lab.Part<SecurityCheck>().RunAsync(Reviews.All, lab.Scene, CheckPatience.OfRequest, RequestOrigin.System, Cancel);

        Assert.Empty(report.Items.Where(line => line.Result != "pass").Select(line => $"{line.Id}: {line.Result} {line.Evidence}"));
        Assert.Equal(CheckTable.Items.Count, report.Items.Count);
        Assert.Null(report.Unrecorded);
    }

    [Fact]
    public void Every_item_has_a_way_to_break_it() => Assert.Equal(CheckTable.Items.Select(item => item.Id).Order(), Breaks.All.Keys.Order());

    [Theory, MemberData(nameof(Ids))]
    public async Task Cannot_pass_when_it_is_broken(string id)
    {
        await using var lab = await CheckLab.NewAsync();
        var (result, breaking) = Breaks.All[id];

        await breaking(lab);
        var found = await Breaks.Item(id).Look(lab.Scene, Cancel);

        Assert.True(found.Result == result, $"{found.Result}: {found.Evidence}");
        Assert.False(string.IsNullOrWhiteSpace(found.Evidence));
    }

    [Fact]
    public async Task What_is_not_recorded_or_is_gone_cannot_pass()
    {
        await using var lab = await CheckLab.NewAsync();
        var good = await lab.Database.ReadAsync(r => r.ScalarAsync<string>("SELECT name FROM backups WHERE state = 'verified' ORDER BY started_at DESC"), Cancel);
        await lab.SqlAsync("UPDATE backups SET node = @Node", new { lab.Part<BackupFolder>().Node });
        File.Delete(Path.Combine(lab.Scene.Settings.Database.Backup.Folder!, good!));
        Assert.Equal(CheckResult.Fail, (await Breaks.Item("backup_recent").Look(lab.Scene, Cancel)).Result);
        lab.Set(s => s with { Audit = s.Audit with { Events = s.Audit.Events with { Authentication = ["login"] } } });
        Assert.Equal(CheckResult.Warn, (await Breaks.Item("failed_logins").Look(lab.Scene, Cancel)).Result);
        Assert.Equal(CheckResult.Pass, (await Breaks.Item("replays_seen").Look(lab.Scene, Cancel)).Result);
        lab.Set(s => s with { Audit = s.Audit with { Enabled = false } });
        Assert.Equal(CheckResult.Warn, (await Breaks.Item("replays_seen").Look(lab.Scene, Cancel)).Result);
    }

    [Fact]
    public async Task No_evidence_shows_a_secret()
    {
        await using var lab = await CheckLab.NewAsync();
        var report = await lab.Part<SecurityCheck>().RunAsync(Reviews.All, lab.Scene, CheckPatience.OfRequest, RequestOrigin.System, Cancel);
        var settings = lab.Scene.Settings;
        string[] secrets =
        [
            settings.Jwt.SecretKey.Reveal(), settings.Csrf.SecretKey.Reveal(), settings.Session.SecretKey.Reveal(), settings.Database.Encryption.Key.Reveal(),
            settings.ClientKeys.Cookie.SecretKey.Reveal(), settings.Host.AnthropicApiKey!.Reveal(), settings.OAuth2.Google!.ClientSecret.Reveal(),
        ];
        var text = CheckText.Of(report, korean: false);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Audit_events_that_wait_to_be_written_are_told_of()
    {
        await using var lab = await CheckLab.NewAsync();
        lab.Change(scene => scene with { AuditWaits = () => true });
        Assert.Equal(CheckResult.Fail, (await Breaks.Item("audit_complete").Look(lab.Scene, Cancel)).Result);
    }

    [Fact]
    public async Task A_certificate_that_is_nearly_over_fails()
    {
        await using var lab = await CheckLab.NewAsync();
        await Certificates.AgeAsync(lab.Scene.Settings.Security.Tls.CertFile!, nearlyOver: true);
        lab.Change(scene => scene with { Server = CheckLab.Once<AICodeManager.Server.Keeping.Checks.Readings.ServerReading?>(null) });
        var found = await Breaks.Item("tls_certificate").Look(lab.Scene, Cancel);
        Assert.Equal(CheckResult.Fail, found.Result);
    }
}
