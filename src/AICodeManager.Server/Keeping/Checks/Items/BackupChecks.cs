using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Keeping.Backups;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Whether there is a backup, and whether it brings everything back.</summary>
internal static class BackupChecks
{
    public static Task<Finding> EnabledAsync(CheckScene scene, CancellationToken cancel)
    {
        var backup = scene.Settings.Database.Backup;
        return Task.FromResult(!backup.Enabled ? Finding.Fail("no backup is made by itself")
            : !backup.Encryption ? Finding.Fail("backups hold everything in readable form")
            : Finding.When(
                backup.Folder is not null,
                $"'{backup.Schedule}' ({backup.TimeZone.Id}), kept for {backup.Retention.TotalDays:0} days{(backup.Folder is null ? ", in the data folder: the disk that fails takes both" : $" in {backup.Folder}")}",
                CheckResult.Warn));
    }

    /// <summary>The last good one is not older than two of the schedule's periods.</summary>
    public static async Task<Finding> RecentAsync(CheckScene scene, CancellationToken cancel)
    {
        var (last, good) = (await LatestAsync(scene, "state <> 'deleted' AND state <> 'running'", cancel), await LatestAsync(scene, "state = 'verified'", cancel));
        if (good is null)
            return Finding.Fail(last is null ? "there is no backup" : $"no backup was ever found whole; the last, {last.Name}: {last.State} {last.Reason}");
        if (scene.Drill.Misses(good))
            return Finding.Fail($"the file of the last good one, {good.Name}, is gone from {good.Node}");
        var (schedule, zone) = (CronSchedule.Parse(scene.Settings.Database.Backup.Schedule), scene.Settings.Database.Backup.TimeZone);
        var period = schedule.NextAfter(scene.Now, zone) - schedule.LatestUntil(scene.Now, zone) ?? TimeSpan.FromDays(1);
        var age = scene.Now - good.StartedAt;
        var evidence = $"{good.Name}, {age.TotalHours:0} h old, {(good.Bytes ?? 0) / 1024:N0} KiB, {good.RowCount:N0} rows, found whole {good.VerifiedAt:yyyy-MM-dd HH:mm} UTC";
        return age > 2 * period ? Finding.Fail($"the last good one is older than two periods of the schedule ({2 * period.TotalHours:0} h): {evidence}")
            : Finding.When(last?.State != BackupState.Failed, last?.State != BackupState.Failed ? evidence : $"the last one, {last.Name}, failed: {last.Reason}; the last good one: {evidence}", CheckResult.Warn);
    }

    public static async Task<Finding> DrillAsync(CheckScene scene, CancellationToken cancel)
    {
        if (await LatestAsync(scene, "state = 'verified'", cancel) is not { } good)
            return Finding.Fail("there is no good backup to restore");
        if (scene.Drill.SizeOf(good.Name) is not { } bytes)
            return Finding.Warn($"{good.Name} is not on this machine: run the check where it lies ({good.Node})");
        // Compressed content grows; ten times as much is what is seen of text.
        if (scene.Host.Disk.Free < 10 * bytes)
            return Finding.Warn($"there is no room to restore {good.Name} for practice");
        try
        {
            var drill = await scene.Drill.RunAsync(good.Name, cancel);
            return Finding.When(
                drill.Damage.Count == 0,
                $"{good.Name} restored into a file of its own: {drill.Rows:N0} rows in {drill.Tables} tables, {(drill.Damage.Count == 0 ? "sound" : string.Join("; ", drill.Damage.Take(3)))}, in {drill.Took.TotalSeconds:0.0} s");
        }
        catch (IOException damaged)
        {
            return Finding.Fail($"{good.Name} cannot be restored: {damaged.Message}");
        }
    }

    private static Task<BackupInfo?> LatestAsync(CheckScene scene, string which, CancellationToken cancel) => scene.ReadAsync(
        r => r.SingleAsync<BackupInfo>($"SELECT * FROM backups WHERE {which} ORDER BY started_at DESC LIMIT 1"), cancel);
}
