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
        if (!settings.Audit.SecurityLog || (happened.Outcome == AuditOutcome.Success && !AuditEventSettings.SecurityClass.Contains(happened.Name)))
            return;
        LogEvent(
            log, happened.Outcome == AuditOutcome.Success ? LogLevel.Information : LogLevel.Warning, happened.Name, happened.Outcome, Word(happened.Reason), $"{happened.ActorId ?? origin.Caller?.UserId}", $"{origin.Caller?.SessionId}",
            $"{origin.Caller?.KeyId}", IPAddress.TryParse(origin.Address, out var address) ? address.ToString() : "", Id(happened), origin.RequestId);
    }

    private static string Word(string? reason) => reason is not null && CodePattern().IsMatch(reason) ? reason : "";

    private static string Id(AuditEvent happened) => Guid.TryParseExact(happened.ResourceId, "D", out var id) ? $"{happened.ResourceType} {id:D}" : happened.ResourceType ?? "";

    [GeneratedRegex(@"^[a-z0-9_]{1,64}\z")]
    private static partial Regex CodePattern();

    [LoggerMessage(Message = "audit {name} {outcome} reason={reason} actor={actor} session={session} key={key} address={address} resource={resource} request={request}")]
    private static partial void LogEvent(
        ILogger logger, LogLevel level, string name, string outcome, string reason, string actor, string session, string key, string address, string resource, string request);
}
