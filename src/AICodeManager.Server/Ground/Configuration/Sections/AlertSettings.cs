using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>Languages that alerts are written in.</summary>
public enum AlertLanguage
{
    English,
    Korean,
}

/// <summary><c>monitoring.alerts</c>: who is told, from which count on, and how often.</summary>
public sealed record AlertSettings
{
    public required bool Enabled { get; init; }
    public required IReadOnlyList<AlertChannel> Channels { get; init; }

    /// <summary>Where e-mail is handed in; null where no server is named.</summary>
    public required SmtpSettings? Smtp { get; init; }

    /// <summary>Failed logins within <see cref="Window"/> until an alert.</summary>
    public required int FailedLogins { get; init; }

    /// <summary>Rate-limit violations within <see cref="Window"/> until an alert.</summary>
    public required int RateLimitViolations { get; init; }

    /// <summary>Attack attempts within <see cref="Window"/> until an alert.</summary>
    public required int AttackAttempts { get; init; }

    /// <summary>What the thresholds count over.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Least time between two messages about the same thing; what happens meanwhile is told in one summary.</summary>
    public required TimeSpan Throttle { get; init; }

    /// <summary>How long alerts and their deliveries are kept after they are over.</summary>
    public required TimeSpan Retention { get; init; }

    internal static AlertSettings Read(SectionReader section)
    {
        var thresholds = section.Section("thresholds");
        var count = Numbers.Whole(1, 1_000_000);
        var language = section.Value("language", "en", AlertChannel.Languages);
        var settings = new AlertSettings
        {
            Enabled = section.Value("enabled", "true", Words.Switch),
            Channels = AlertChannel.Named(section.Items("channels", channel => AlertChannel.Read(channel, language))),
            Smtp = SmtpSettings.Read(section.Section("smtp")),
            FailedLogins = thresholds.Value("failed_logins", "10", count),
            RateLimitViolations = thresholds.Value("rate_limit_violations", "100", count),
            AttackAttempts = thresholds.Value("attack_attempts", "5", count),
            Window = section.Value("window", "5m", Durations.Between("10s", "24h")),
            Throttle = section.Value("throttle", "10m", Durations.Between("1s", "24h")),
            Retention = section.Value("retention", "90d", Durations.Between("1d", "3650d")),
        };
        if (settings.Channels.GroupBy(channel => channel.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            section.Fault("channels", $"has two channels named {twice.Key}", "a name of its own for each");
        if (settings is { Enabled: true, Smtp: null } && settings.Channels.OfType<EmailChannel>().Any())
            section.Warn("smtp.host", "is not set: alerts by e-mail cannot be sent");
        return settings;
    }
}
