using System.Net;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>Sees what is refused and what the audit records, and counts or raises what people should hear of.</summary>
public sealed partial class AlertWatch(AlertDesk desk, AlertCounts counts, ILogger<AlertWatch> log) : IRefusalSink, IAuditObserver
{
    private const string AttackCode = "attack_detected";

    private const int MaxDetails = 8;

    public void Refused(HttpContext context, Refusal refusal)
    {
        if (refusal.Status == StatusCodes.Status429TooManyRequests)
            counts.Add(AlertKinds.RateLimitViolations, ClientNetwork.Of(context));
        else if (refusal.Code == AttackCode)
            counts.Add(AlertKinds.AttackAttempts, ClientNetwork.Of(context));
    }

    public void Recorded(RequestOrigin origin, AuditEvent happened, DateTimeOffset at)
    {
        try
        {
            Judge(origin, happened);
        }
        catch (Exception fault)
        {
            // The event is written; that nobody is told of it must not undo that.
            LogMissed(log, happened.Name, fault);
        }
    }

    public void Broken(string reason) =>
        desk.Raise(new Alert(AlertKinds.AuditBroken, AlertSeverity.Critical, null, new Dictionary<string, string> { ["reason"] = reason }));

    private void Judge(RequestOrigin origin, AuditEvent happened)
    {
        switch (happened.Name)
        {
            case "login_failed":
                counts.Add(AlertKinds.FailedLogins, NetworkOf(origin));
                break;
            // A refused attack was counted when it was refused, whether or not it has an event of its own.
            case "attack_detected" when happened.Reason != AttackCode:
            case "replay_attack":
                counts.Add(AlertKinds.AttackAttempts, NetworkOf(origin));
                break;
            case "potential_attack" or "key_suspended":
                Raise(AlertKinds.PotentialAttack, AlertSeverity.Critical, happened.ResourceId, origin, happened);
                break;
            // Addresses without an account are locked too, as often as somebody invents one: nobody needs to hear of those.
            case "account_locked" when happened.ResourceId is not null:
                Raise(AlertKinds.AccountLocked, AlertSeverity.Warning, happened.ResourceId, origin, happened);
                break;
            case "client_blocked":
                Raise(AlertKinds.Blocked, AlertSeverity.Warning, NetworkOf(happened) ?? origin.Address, origin, happened);
                break;
            case "audit_overflow":
                Raise(AlertKinds.AuditBroken, AlertSeverity.Critical, null, origin, happened);
                break;
        }
    }

    private void Raise(string kind, AlertSeverity severity, string? subject, RequestOrigin origin, AuditEvent happened)
    {
        var facts = new Dictionary<string, string> { ["event"] = happened.Name };
        Add("address", origin.Address);
        Add("reason", happened.Reason);
        Add(happened.ResourceType ?? "resource", happened.ResourceId);
        foreach (var (name, value) in (happened.Details ?? new Dictionary<string, object?>()).Take(MaxDetails))
            Add(name, value?.ToString());
        desk.Raise(new Alert(kind, severity, subject, facts));

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                facts.TryAdd(name, value);
        }
    }

    private static string? NetworkOf(AuditEvent happened) => happened.Details?.GetValueOrDefault("network")?.ToString();

    private static ClientNetwork NetworkOf(RequestOrigin origin) =>
        ClientNetwork.Of(IPAddress.TryParse(origin.Address, out var address) ? address : null);

    [LoggerMessage(LogLevel.Error, "The event {name} could not be judged for alerts")]
    private static partial void LogMissed(ILogger logger, string name, Exception fault);
}
