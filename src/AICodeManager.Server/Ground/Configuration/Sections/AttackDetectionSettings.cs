using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>What follows when a request looks like an attack.</summary>
public enum DetectionMode
{
    /// <summary>Nothing is looked for.</summary>
    Off,

    /// <summary>It is served, and the audit, the alerts and the metrics are told.</summary>
    Detect,

    /// <summary>It is refused, and whoever goes on with it is blocked.</summary>
    Block,
}

/// <summary><c>monitoring.attack_detection</c>.</summary>
public sealed record AttackDetectionSettings
{
    public required bool Enabled { get; init; }

    /// <summary>For the classes that name no mode of their own.</summary>
    public required DetectionMode Mode { get; init; }

    public required PatternSettings SqlInjection { get; init; }
    public required PatternSettings XssDetection { get; init; }
    public required AttackClassSettings CommandInjection { get; init; }
    public required AttackClassSettings PathTraversal { get; init; }
    public required AttackClassSettings Protocol { get; init; }

    /// <summary>Names of rules that are not to be used.</summary>
    public required IReadOnlyList<string> DisabledRules { get; init; }

    public required OffenderSettings Offenders { get; init; }
    public required BruteForceSettings BruteForce { get; init; }

    /// <summary>Networks that are never blocked.</summary>
    public required IReadOnlyList<NetworkRange> AllowedNetworks { get; init; }

    internal static AttackDetectionSettings Read(SectionReader section)
    {
        var enabled = section.Value("enabled", "true", Words.Switch);
        var mode = section.Value("mode", "block", AttackClassSettings.Modes);
        var fallback = enabled ? mode : DetectionMode.Off;
        return new()
        {
            Enabled = enabled,
            Mode = mode,
            SqlInjection = PatternSettings.Read(section.Section("sql_injection"), enabled, fallback),
            XssDetection = PatternSettings.Read(section.Section("xss_detection"), enabled, fallback),
            CommandInjection = AttackClassSettings.Read(section.Section("command_injection"), enabled, fallback),
            PathTraversal = AttackClassSettings.Read(section.Section("path_traversal"), enabled, fallback),
            Protocol = AttackClassSettings.Read(section.Section("protocol"), enabled, fallback),
            DisabledRules = section.List("disabled_rules", [], Texts.Token),
            Offenders = OffenderSettings.Read(section.Section("offenders")),
            BruteForce = BruteForceSettings.Read(section.Section("brute_force")),
            AllowedNetworks = section.List("allowed_networks", [], NetworkRanges.Any),
        };
    }
}

/// <summary>One class of attacks.</summary>
public record AttackClassSettings
{
    internal static readonly Form<DetectionMode> Modes = Words.OneOf(
        ("off", DetectionMode.Off), ("detect", DetectionMode.Detect), ("block", DetectionMode.Block));

    /// <summary>Off where <c>enabled</c> is false, here or for all classes.</summary>
    public required DetectionMode Mode { get; init; }

    /// <summary>Score of a request from which it counts as an attack; a strong sign has 5, a weak one 2.</summary>
    public required int Threshold { get; init; }

    internal static AttackClassSettings Read(SectionReader section, bool enabled, DetectionMode fallback) => new()
    {
        Mode = ReadMode(section, enabled, fallback),
        Threshold = ReadThreshold(section),
    };

    private protected static DetectionMode ReadMode(SectionReader section, bool enabled, DetectionMode fallback)
    {
        var own = section.Value("enabled", "true", Words.Switch);
        var mode = section.Value("mode", fallback.ToString().ToLowerInvariant(), Modes);
        return enabled && own ? mode : DetectionMode.Off;
    }

    private protected static int ReadThreshold(SectionReader section) => section.Value("threshold", "5", Numbers.Whole(1, 100));
}

/// <summary>A class to which the operator can add patterns.</summary>
public sealed record PatternSettings : AttackClassSettings
{
    /// <summary>Regular expressions that compile without backtracking and regardless of case; beside the detector's own rules.</summary>
    public required IReadOnlyList<string> Patterns { get; init; }

    /// <summary>What a request scores that has one of them: by itself an attack from the class's threshold on.</summary>
    public required int PatternScore { get; init; }

    internal static new PatternSettings Read(SectionReader section, bool enabled, DetectionMode fallback) => new()
    {
        Mode = ReadMode(section, enabled, fallback),
        Threshold = ReadThreshold(section),
        Patterns = section.List("patterns", [], Forms.Patterns.Linear),
        PatternScore = section.Value("pattern_score", "3", Numbers.Whole(1, 100)),
    };
}

/// <summary><c>monitoring.attack_detection.offenders</c>: networks that go on attacking are blocked.</summary>
public sealed record OffenderSettings
{
    /// <summary>Refused attacks within <see cref="Window"/> until the network is blocked.</summary>
    public required int Attempts { get; init; }

    public required TimeSpan Window { get; init; }
    public required TimeSpan BlockDuration { get; init; }

    internal static OffenderSettings Read(SectionReader section) => new()
    {
        Attempts = section.Value("attempts", "10", Numbers.Whole(1, 100_000)),
        Window = section.Value("window", "5m", Durations.Between("1s", "24h")),
        BlockDuration = section.Value("block_duration", "30m", Durations.Between("1s", "30d")),
    };
}
