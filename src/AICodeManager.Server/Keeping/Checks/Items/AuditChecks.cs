namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Whether the audit is written, whole and kept.</summary>
internal static class AuditChecks
{
    public static Task<Finding> EnabledAsync(CheckScene scene, CancellationToken cancel)
    {
        var audit = scene.Settings.Audit;
        return Task.FromResult(Finding.When(audit.Enabled, audit.Enabled ? $"written to {audit.Storage.ToString().ToLowerInvariant()}" : "nothing is recorded"));
    }

    public static async Task<Finding> CompleteAsync(CheckScene scene, CancellationToken cancel)
    {
        var (since, all) = (scene.Now - scene.Period, new AuditCount(scene));
        var gaps = await all.OfAsync("audit_overflow", since, scene.Now, cancel);
        var events = await all.TotalAsync(since, cancel);
        return gaps > 0 ? Finding.Fail($"{gaps} times in {scene.Period.TotalDays:0} days events came faster than they could be written, and were lost (audit_overflow)")
            : Finding.When(events > 0, $"{events:N0} events in {scene.Period.TotalDays:0} days, none lost", CheckResult.Warn);
    }
}
