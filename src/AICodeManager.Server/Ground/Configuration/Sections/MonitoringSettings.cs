using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>monitoring</c>: attacks that are looked for, who is told, and where figures go.</summary>
public sealed record MonitoringSettings
{
    public required AttackDetectionSettings AttackDetection { get; init; }
    public required AlertSettings Alerts { get; init; }
    public required TelemetrySettings Telemetry { get; init; }

    internal static MonitoringSettings Read(SectionReader section) => new()
    {
        AttackDetection = AttackDetectionSettings.Read(section.Section("attack_detection")),
        Alerts = AlertSettings.Read(section.Section("alerts")),
        Telemetry = TelemetrySettings.Read(section.Section("telemetry")),
    };
}
