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
        Alerts = AlertSettings.Read(section.Section("alerts").InForce()),
    };
}

/// <summary><c>monitoring.attack_detection</c>.</summary>
public sealed record AttackDetectionSettings
{
    public required bool Enabled { get; init; }
    public required PatternSettings SqlInjection { get; init; }
    public required PatternSettings XssDetection { get; init; }
    public required BruteForceSettings BruteForce { get; init; }

    internal static AttackDetectionSettings Read(SectionReader section) => new()
    {
        Enabled = section.Value("enabled", "true", Words.Switch),
        SqlInjection = PatternSettings.Read(section.Section("sql_injection"), [@"union\s+select", @"drop\s+table", @"or\s+1\s*=\s*1", @"script\s*:"]),
        XssDetection = PatternSettings.Read(section.Section("xss_detection"), ["<script[^>]*>", "javascript:", @"on\w+\s*="]),
        BruteForce = BruteForceSettings.Read(section.Section("brute_force")),
    };
}

/// <summary>A detector that looks for patterns.</summary>
public sealed record PatternSettings
{
    public required bool Enabled { get; init; }

    /// <summary>Regular expressions that compile without backtracking and regardless of case.</summary>
    public required IReadOnlyList<string> Patterns { get; init; }

    internal static PatternSettings Read(SectionReader section, string[] patterns) => new()
    {
        Enabled = section.Value("enabled", "true", Words.Switch),
        Patterns = section.List("patterns", patterns, Forms.Patterns.Linear),
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
