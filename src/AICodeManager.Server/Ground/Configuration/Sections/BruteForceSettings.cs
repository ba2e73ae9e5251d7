using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>monitoring.attack_detection.brute_force</c>; how the rest is measured by it says <c>docs/brute-force.md</c>.</summary>
public sealed record BruteForceSettings
{
    /// <summary>Off, nothing is counted over accounts and networks; the lock of single accounts stays.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Failures within <see cref="Window"/> until a network that nobody has signed in from is blocked.</summary>
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
