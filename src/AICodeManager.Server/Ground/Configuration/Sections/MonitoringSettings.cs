using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>monitoring</c>: attacks that are looked for, and who is told.</summary>
public sealed record MonitoringSettings
{
    public required AttackDetectionSettings AttackDetection { get; init; }
    public required AlertSettings Alerts { get; init; }

    internal static MonitoringSettings Read(SectionReader section) => new()
    {
        AttackDetection = AttackDetectionSettings.Read(section.Section("attack_detection")),
        Alerts = AlertSettings.Read(section.Section("alerts")),
    };
}

/// <summary><c>monitoring.attack_detection.brute_force</c>.</summary>
public sealed record BruteForceSettings
{
    public required bool Enabled { get; init; }

    /// <summary>Failures within <see cref="Window"/> until the source is blocked.</summary>
    public required int MaxAttempts { get; init; }

    public required TimeSpan Window { get; init; }
    public required TimeSpan BlockDuration { get; init; }

    internal static BruteForceSettings Read(SectionReader section) => new()
    {
        Enabled = section.Value("enabled", "true", Words.Switch),
        MaxAttempts = section.Value("max_attempts", "5", Numbers.Whole(1, 1000)),
        Window = section.Value("window", "5m", Durations.Between("1s", "24h")),
        BlockDuration = section.Value("block_duration", "30m", Durations.Between("1s", "30d")),
    };
}
