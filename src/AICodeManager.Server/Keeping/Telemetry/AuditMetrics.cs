using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Telemetry;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Keeping.Telemetry;

/// <summary>What the audit is told of, counted: every event by its name, and sign-ins and blocks by how and why.</summary>
public sealed class AuditMetrics : IAuditObserver
{
    public const string Meter = "AICodeManager.Audit", LoginMeter = "AICodeManager.Accounts", BlockMeter = "AICodeManager.Attacks";

    private static readonly string[] Methods = ["password", "password_and_code", "passkey"];

    private readonly Counter<long> events, lost, logins, blocks;
    private readonly Histogram<double> lag;
    private readonly TimeProvider time;

    public AuditMetrics(IMeterFactory meters, TimeProvider time)
    {
        this.time = time;
        var meter = meters.Create(Meter);
        events = meter.CreateCounter<long>("aicli.audit.events", "{event}", "Audit events that were kept, by name and outcome.");
        lost = meter.CreateCounter<long>("aicli.audit.lost", "{event}", "Events that came faster than they could be written.");
        lag = meter.CreateHistogram("aicli.audit.lag", "s", "From what happened until its event was kept.", advice: TimeBuckets.Steps);
        logins = meters.Create(LoginMeter).CreateCounter<long>(
            "aicli.logins", "{sign-in}", "Sign-ins, by outcome (success, refused) and how: the method, or why not.");
        blocks = meters.Create(BlockMeter).CreateCounter<long>("aicli.blocks.made", "{block}", "Blocks that this node made, by reason.");
    }

    public void Recorded(RequestOrigin origin, AuditEvent happened, DateTimeOffset at)
    {
        events.Add(1, new("name", Labels.Word(happened.Name)), new("outcome", Labels.Word(happened.Outcome)));
        lag.Record(Math.Max(0, (time.GetUtcNow() - at).TotalSeconds));
        switch (happened.Name)
        {
            case "login":
                logins.Add(1, new("outcome", AuditOutcome.Success), new("how", MethodOf(happened)));
                break;
            case "login_failed":
                logins.Add(1, new("outcome", AuditOutcome.Refused), new("how", Labels.Word(happened.Reason)));
                break;
            case "client_blocked":
                blocks.Add(1, new KeyValuePair<string, object?>("reason", Labels.Word(happened.Reason)));
                break;
            case "audit_overflow" when happened.Details?.GetValueOrDefault("lost") is long many:
                lost.Add(many);
                break;
        }
    }

    // Providers are named by the operator; which one it was the audit tells.
    private static string MethodOf(AuditEvent happened) =>
        happened.Details?.GetValueOrDefault("method") is string method && Methods.Contains(method) ? method : "provider";
}
