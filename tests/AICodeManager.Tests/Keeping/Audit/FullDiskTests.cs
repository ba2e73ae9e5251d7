using System.Diagnostics;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Spool;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Keeping.Audit.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Keeping.Audit;

/// <summary>A file system of a few megabytes that runs full under the database and the audit's files.</summary>
public sealed class FullDiskTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    public void Dispose()
    {
        Process.Start(new ProcessStartInfo("umount", ["-l", folder.Path]) { RedirectStandardError = true })?.WaitForExit(TimeSpan.FromSeconds(10));
        folder.Dispose();
    }

    [Theory]
    [InlineData(AuditStorage.Database)]
    [InlineData(AuditStorage.Both)]
    public async Task What_was_acknowledged_is_there_and_writing_goes_on_when_there_is_room_again(AuditStorage storage)
    {
        await MountAsync();
        await using var database = Database.Sqlite(folder.File("full.db"));
        await Migrator.ApplyAsync(database, TimeProvider.System, Cancel);
        await File.WriteAllBytesAsync(folder.File("filler"), new byte[2 << 20], Cancel);
        var node = AuditNode.Of(folder.File("audit"));
        var keys = new ChainKeys(new RootKeys(AuditWriting.Root));
        using var lanes = new AuditLanes(database, keys, node, TimeProvider.System);
        await using var files = AuditWriting.Files(node, storage);
        var spool = AuditWriting.Spool(node);
        var trail = new AuditTrail(database, lanes, files, spool, TimeProvider.System, AuditChoice.Everything);
        List<string> acknowledged = [];

        async Task<bool> WriteAsync(int number)
        {
            var tick = ChainLab.Process.Tick(number) with { Reason = new string('x', 20_000) };
            try
            {
                await trail.RecordAsync(RequestOrigin.System, tick, Cancel);
                acknowledged.Add($"{number}");
                return true;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                return false;
            }
        }

        var refused = 0;
        for (var number = 0; number < 400 && refused < 5; number++)
            refused += await WriteAsync(number) ? 0 : 1;
        Assert.Equal(5, refused);
        await trail.RecordDoneAsync(RequestOrigin.System, ChainLab.Process.Tick(1_000)); // a sign-in: goes on
        Assert.True(spool.IsBroken);

        File.Delete(folder.File("filler"));
        using var drain = new SpoolDrain(spool, trail, TimeProvider.System, NullLogger<SpoolDrain>.Instance);
        Assert.True(await drain.TurnAsync(Cancel));
        Assert.True(await WriteAsync(2_000));
        var report = await new AuditVerifier(database, keys, node, lanes, files).VerifyAsync(null, Cancel);
        Assert.Empty(report.Faults);
        var stored = await database.ReadAsync(r => r.QueryAsync<string>("SELECT resource_id FROM audit_events WHERE name = 'tick'"), Cancel);
        Assert.Equal([.. acknowledged, "1000"], stored.ToHashSet());
    }

    private async Task MountAsync()
    {
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.Path]) { RedirectStandardError = true })!;
        await mount.WaitForExitAsync(Cancel);
        Assert.SkipWhen(mount.ExitCode != 0, "only root may mount a small file system");
    }
}
