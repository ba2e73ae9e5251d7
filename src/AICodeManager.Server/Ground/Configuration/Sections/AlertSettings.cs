using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>monitoring.alerts</c>: who is told, and from which count on.</summary>
public sealed record AlertSettings
{
    public required bool Enabled { get; init; }
    public required IReadOnlyList<AlertChannel> Channels { get; init; }

    /// <summary>Failed logins until an alert.</summary>
    public required int FailedLogins { get; init; }

    /// <summary>Rate-limit violations until an alert.</summary>
    public required int RateLimitViolations { get; init; }

    /// <summary>Attack attempts until an alert.</summary>
    public required int AttackAttempts { get; init; }

    internal static AlertSettings Read(SectionReader section)
    {
        var thresholds = section.Section("thresholds");
        var count = Numbers.Whole(1, 1_000_000);
        return new()
        {
            Enabled = section.Value("enabled", "true", Words.Switch),
            Channels = section.Items("channels", AlertChannel.Read),
            FailedLogins = thresholds.Value("failed_logins", "10", count),
            RateLimitViolations = thresholds.Value("rate_limit_violations", "100", count),
            AttackAttempts = thresholds.Value("attack_attempts", "5", count),
        };
    }
}

/// <summary>One way in which alerts are delivered: <see cref="EmailChannel"/> or <see cref="SlackChannel"/>.</summary>
public abstract record AlertChannel
{
    internal static AlertChannel? Read(SectionReader section)
    {
        switch (section.Required("type", Words.OneOf("email", "slack")))
        {
            case "email":
                return new EmailChannel(section.RequiredList("recipients", Texts.Email));
            case "slack":
                return new SlackChannel(section.Required("webhook_url", Urls.Webhook));
            default:
                section.AcceptAllKeys();
                return null;
        }
    }
}

/// <summary>By e-mail.</summary>
/// <param name="Recipients">Addresses, at least one.</param>
public sealed record EmailChannel(IReadOnlyList<string> Recipients) : AlertChannel;

/// <summary>To a Slack channel.</summary>
/// <param name="WebhookUrl">An https URL; who knows it may post.</param>
public sealed record SlackChannel(Secret WebhookUrl) : AlertChannel;
