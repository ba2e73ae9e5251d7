using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Alerts.Messages;

namespace AICodeManager.Tests.Keeping.Alerts;

/// <summary>Examples that say nothing but that they are there.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero);

    public static AlertMessage Message(string subject = "s1", string fact = "203.0.113.7", AlertLanguage language = AlertLanguage.English, DateTimeOffset? at = null) =>
        AlertWriter.Write(
            Guid.CreateVersion7(),
            new(Guid.CreateVersion7(), AlertKinds.Blocked, AlertSeverity.Warning, subject, new() { ["address"] = fact }, 0, 1, 0, Now, Now),
            language, at ?? Now);
}
