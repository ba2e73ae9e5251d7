using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>
/// What happened in the period, beside what happened in as long a time before: more than twice as much is worth a look.
/// </summary>
/// <param name="usual">Up to here nobody needs to look, whatever was before; 0 where one is worth a look.</param>
/// <param name="events">Names of the audit events that are counted together.</param>
internal sealed class PatternCheck(int usual, params IReadOnlyList<string> events)
{
    public async Task<Finding> LookAsync(CheckScene scene, CancellationToken cancel)
    {
        var audit = scene.Settings.Audit;
        if (!audit.Enabled || audit.Storage == AuditStorage.File)
            return Finding.Warn(audit.Enabled ? "events are kept in files alone (audit.storage), which this does not count" : "nobody knows: nothing is recorded (audit.enabled)");
        if (events.Intersect(audit.Events.Unrecorded).ToList() is { Count: > 0 } off)
            return Finding.Warn($"nobody knows: {string.Join(", ", off)} not recorded (audit.events)");
        var counter = new AuditCount(scene);
        var (start, before) = (scene.Now - scene.Period, scene.Now - (2 * scene.Period));
        long now = 0, then = 0;
        foreach (var name in events)
        {
            now += await counter.OfAsync(name, start, scene.Now, cancel);
            then += await counter.OfAsync(name, before, start.AddMilliseconds(-1), cancel);
        }

        var evidence = $"{string.Join(" and ", events)}: {now} in the last {scene.Period.TotalDays:0} days, {then} in the {scene.Period.TotalDays:0} before";
        return Finding.When(now <= usual || (usual > 0 && now <= 2 * then), evidence, CheckResult.Warn);
    }
}
