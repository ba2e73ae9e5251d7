using System.Net;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// <c>SECURITY_LOG_ENABLED</c>: what is of the guide's security class, and whatever was refused or failed, also stands in the
/// log, a line each. Of people it has ids and the address only: no names, no paths, no words that somebody wrote.
/// </summary>
public sealed partial class SecurityLog(Settings settings, ILogger<SecurityLog> log) : IAuditObserver
{
    public void Recorded(RequestOrigin origin, AuditEvent happened, DateTimeOffset at)
    {
        var level = happened.Outcome == AuditOutcome.Success ? LogLevel.Information : LogLevel.Warning;
        if (!settings.Audit.SecurityLog || (level == LogLevel.Information && !AuditEventSettings.SecurityClass.Contains(happened.Name)) || !log.IsEnabled(level))
            return;
        var line = Line(origin, happened);
        LogEvent(log, level, line);
    }

    private static string Line(RequestOrigin origin, AuditEvent happened) =>
        $"{happened.Name} {happened.Outcome} reason={Word(happened.Reason)} actor={happened.ActorId ?? origin.Caller?.UserId} session={origin.Caller?.SessionId} "
        + $"key={origin.Caller?.KeyId} address={Address(origin)} resource={Id(happened)} request={origin.RequestId}";

    private static IPAddress? Address(RequestOrigin origin) => IPAddress.TryParse(origin.Address, out var address) ? address : null;

    private static string Word(string? reason) => reason is not null && CodePattern().IsMatch(reason) ? reason : "";

    private static string Id(AuditEvent happened) => Guid.TryParseExact(happened.ResourceId, "D", out var id) ? $"{happened.ResourceType} {id:D}" : happened.ResourceType ?? "";

    [GeneratedRegex(@"^[a-z0-9_]{1,64}\z")]
    private static partial Regex CodePattern();

    [LoggerMessage(Message = "audit {line}")]
    private static partial void LogEvent(ILogger logger, LogLevel level, string line);
}
