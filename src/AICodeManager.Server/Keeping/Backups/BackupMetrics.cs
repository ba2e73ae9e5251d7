using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>What is measured of backups: outcomes, durations, bytes, and the age of the last good one.</summary>
public sealed class BackupMetrics
{
    private readonly Counter<long> made, verified, bytes;
    private readonly Histogram<double> duration;
    private readonly TimeProvider time;
    private long lastGood;

    public BackupMetrics(IMeterFactory meters, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create("AICodeManager.Backups");
        made = meter.CreateCounter<long>("aicli.backups.made", "{backup}", "Backups by outcome.");
        verified = meter.CreateCounter<long>("aicli.backups.verified", "{backup}", "Verifications by outcome.");
        bytes = meter.CreateCounter<long>("aicli.backups.written", "By", "Bytes of finished backups.");
        duration = meter.CreateHistogram<double>("aicli.backups.duration", "s", "Time to make and verify one.");
        // Nothing is told before there is one: an age of zero would look like a fresh backup.
        meter.CreateObservableGauge("aicli.backups.age", Age, "s", "Age of the last good backup.");
    }

    /// <summary>Tells of a good backup that was made before this process began.</summary>
    internal void Knows(DateTimeOffset good) => Raise(good.ToUnixTimeMilliseconds());

    internal void Made(BackupInfo run, TimeSpan took)
    {
        made.Add(1, new KeyValuePair<string, object?>("outcome", run.State));
        duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", run.State));
        if (run.State == BackupState.Verified)
        {
            bytes.Add(run.Bytes ?? 0);
            Raise(run.StartedAt.ToUnixTimeMilliseconds());
        }
    }

    internal void Verified(BackupInfo backup) => verified.Add(1, new KeyValuePair<string, object?>("outcome", backup.State));

    private void Raise(long moment)
    {
        for (var seen = Interlocked.Read(ref lastGood); seen < moment; seen = Interlocked.Read(ref lastGood))
        {
            Interlocked.CompareExchange(ref lastGood, moment, seen);
        }
    }

    private IEnumerable<Measurement<double>> Age() => Interlocked.Read(ref lastGood) is > 0 and var moment
        ? [new((time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(moment)).TotalSeconds)]
        : [];
}
