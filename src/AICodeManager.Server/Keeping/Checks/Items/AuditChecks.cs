using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Whether the audit is written, whole, kept, and known elsewhere.</summary>
internal static class AuditChecks
{
    private const int Shown = 3, LeastDays = 90;
    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    public static Task<Finding> EnabledAsync(CheckScene scene, CancellationToken cancel)
    {
        var audit = scene.Settings.Audit;
        var left = audit.Events.Unrecorded.ToList();
        return Task.FromResult(!audit.Enabled ? Finding.Fail("nothing is recorded")
            : Finding.When(left.Count == 0, left.Count == 0 ? $"every event, to {audit.Storage.ToString().ToLowerInvariant()}" : $"not recorded: {string.Join(", ", left)}", CheckResult.Warn));
    }

    public static async Task<Finding> CompleteAsync(CheckScene scene, CancellationToken cancel)
    {
        var (since, all) = (scene.Now - scene.Period, new AuditCount(scene));
        var gaps = await all.OfAsync("audit_overflow", since, scene.Now, cancel);
        var events = await all.TotalAsync(since, cancel);
        var damaged = await all.OfAsync("audit_spool_damaged", since, scene.Now, cancel);
        if (damaged > 0)
            return Finding.Fail($"{damaged} times in {scene.Period.TotalDays:0} days events that waited to be written were damaged (audit_spool_damaged)");
        if (scene.AuditWaits())
            return Finding.Fail("events wait in the data folder to be written: the database does not take them");
        return gaps > 0 ? Finding.Fail($"{gaps} times in {scene.Period.TotalDays:0} days events came faster than they could be written, and were lost (audit_overflow)")
            : Finding.When(events > 0, $"{events:N0} events in {scene.Period.TotalDays:0} days, none lost", CheckResult.Warn);
    }

    public static async Task<Finding> ChainAsync(CheckScene scene, CancellationToken cancel)
    {
        var report = await scene.ProveAudit(cancel);
        return report.Intact
            ? Finding.Pass($"{report.Events:N0} events in {report.Chains} chains, {report.Checkpoints} signed checkpoints{(report.BeforeChain > 0 ? $"; {report.BeforeChain:N0} older ones nothing proves" : "")}")
            : Finding.Fail($"{string.Join("; ", report.Faults.Take(Shown))}{(report.Faults.Count > Shown ? $"; and {report.Faults.Count - Shown} more" : "")}");
    }

    public static async Task<Finding> ElsewhereAsync(CheckScene scene, CancellationToken cancel)
    {
        var streams = scene.Settings.Audit.Streams;
        if (streams.Count == 0)
            return Finding.Warn("no stream: who can write to this machine holds the audit and what proves it");
        var states = (await scene.ReadAsync(r => r.QueryAsync<StreamRow>("SELECT name, last_sent_at, waiting_since, failures FROM audit_streams"), cancel))
            .ToDictionary(row => row.Name);
        return Finding.Worst([.. streams.Select(stream => Judge(stream, states.GetValueOrDefault(stream.Name), scene.Now))]);
    }

    public static Task<Finding> RetentionAsync(CheckScene scene, CancellationToken cancel)
    {
        var kept = scene.Settings.Audit.Retention;
        return Task.FromResult(Finding.When(
            kept is null || kept.Value.TotalDays >= LeastDays, kept is null ? "events are kept for ever" : $"events are kept for {kept.Value.TotalDays:0} days", CheckResult.Warn));
    }

    private static Finding Judge(AuditStream stream, StreamRow? state, DateTimeOffset now) =>
        state is null ? Finding.Warn($"{stream.Name}: nothing was sent yet")
        : state.WaitingSince is { } since && now - since > Late ? Finding.Fail($"{stream.Name}: behind since {since:yyyy-MM-dd HH:mm} UTC, {state.Failures} failed attempts")
        : state.Failures > 0 ? Finding.Warn($"{stream.Name}: the last {state.Failures} attempts failed")
        : Finding.Pass($"{stream.Name}: everything is sent, last {state.LastSentAt:yyyy-MM-dd HH:mm} UTC");

    private sealed record StreamRow
    {
        public string Name { get; init; } = "";
        public DateTimeOffset? LastSentAt { get; init; }
        public DateTimeOffset? WaitingSince { get; init; }
        public long Failures { get; init; }
    }
}
