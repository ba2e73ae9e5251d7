using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;
using AICodeManager.Server.Ground.Http;

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

/// <summary><c>monitoring.attack_detection</c>.</summary>
public sealed record AttackDetectionSettings
{
    public required bool Enabled { get; init; }
    public required PatternSettings SqlInjection { get; init; }
    public required PatternSettings XssDetection { get; init; }
    public required BruteForceSettings BruteForce { get; init; }

    /// <summary>Networks that are never blocked.</summary>
    public required IReadOnlyList<NetworkRange> AllowedNetworks { get; init; }

    internal static AttackDetectionSettings Read(SectionReader section) => new()
    {
        Enabled = section.Value("enabled", "true", Words.Switch),
        SqlInjection = PatternSettings.Read(section.Section("sql_injection"), [@"union\s+select", @"drop\s+table", @"or\s+1\s*=\s*1", @"script\s*:"]),
        XssDetection = PatternSettings.Read(section.Section("xss_detection"), ["<script[^>]*>", "javascript:", @"on\w+\s*="]),
        BruteForce = BruteForceSettings.Read(section.Section("brute_force").InForce()),
        AllowedNetworks = section.InForce().List("allowed_networks", [], NetworkRanges.Any),
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
