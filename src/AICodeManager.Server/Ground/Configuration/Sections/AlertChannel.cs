using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>One way in which alerts are delivered: <see cref="EmailChannel"/>, <see cref="SlackChannel"/> or <see cref="WebhookChannel"/>.</summary>
public abstract record AlertChannel
{
    private const int MaxRecipients = 50;

    internal static readonly Form<AlertLanguage> Languages = Words.OneOf(("en", AlertLanguage.English), ("ko", AlertLanguage.Korean));

    /// <summary>Names it in the list of deliveries; its type where nothing else is said, with a number from the second on.</summary>
    public string Name { get; init; } = "";

    public AlertLanguage Language { get; init; }

    /// <summary><c>email</c>, <c>slack</c> or <c>webhook</c>.</summary>
    public abstract string Type { get; }

    internal static AlertChannel? Read(SectionReader section, AlertLanguage language)
    {
        AlertChannel? channel = section.Required("type", Words.OneOf("email", "slack", "webhook")) switch
        {
            "email" => ReadEmail(section),
            "slack" => new SlackChannel(WebTarget.Read(section, "webhook_url")),
            "webhook" => new WebhookChannel(WebTarget.Read(section, "url"), section.Required("secret", Secrets.Webhook)),
            _ => null,
        };
        if (channel is null)
        {
            section.AcceptAllKeys();
            return null;
        }

        return channel with
        {
            Name = section.Optional("name", Texts.ChannelName) ?? "",
            Language = section.Value("language", language == AlertLanguage.Korean ? "ko" : "en", Languages),
        };
    }

    /// <summary>Gives a name to those that have none.</summary>
    internal static IReadOnlyList<AlertChannel> Named(IReadOnlyList<AlertChannel> channels)
    {
        var named = new List<AlertChannel>();
        foreach (var channel in channels)
        {
            var before = named.Count(one => one.Type == channel.Type);
            named.Add(channel.Name.Length > 0 ? channel : channel with { Name = before == 0 ? channel.Type : $"{channel.Type}-{before + 1}" });
        }

        return named;
    }

    private static EmailChannel ReadEmail(SectionReader section)
    {
        var recipients = section.RequiredList("recipients", Texts.Mailbox);
        if (recipients.Count > MaxRecipients)
            section.Fault("recipients", "has too many entries", $"at most {MaxRecipients} addresses; a mailing list has room for more");
        return new EmailChannel([.. recipients.Distinct(StringComparer.OrdinalIgnoreCase)]);
    }
}

/// <summary>By e-mail, each recipient by a message of their own.</summary>
/// <param name="Recipients">Addresses, at least one.</param>
public sealed record EmailChannel(IReadOnlyList<string> Recipients) : AlertChannel
{
    public override string Type => "email";
}

/// <summary>To a Slack channel, or what understands Slack's incoming webhooks.</summary>
public sealed record SlackChannel(WebTarget Target) : AlertChannel
{
    public override string Type => "slack";
}

/// <summary>To a program, signed.</summary>
/// <param name="Secret">Signs, see <c>docs/alerts.md</c>.</param>
public sealed record WebhookChannel(WebTarget Target, Secret Secret) : AlertChannel
{
    public override string Type => "webhook";
}

/// <summary>Where a webhook is, and what it may be.</summary>
/// <param name="Url">Who knows it may post.</param>
/// <param name="AllowPrivateAddresses">Whether it may lie in a network that is not the public internet.</param>
/// <param name="AllowHttp">Whether it may be told without TLS.</param>
public sealed record WebTarget(Secret Url, bool AllowPrivateAddresses = false, bool AllowHttp = false)
{
    internal static WebTarget Read(SectionReader section, string key)
    {
        var plain = section.Value("allow_http", "false", Words.Switch);
        if (plain)
            section.Warn("allow_http", "what is told can be read and changed on its way");
        return new(
            section.Required(key, plain ? Urls.PlainWebhook : Urls.Webhook) ?? new Secret(""),
            section.Value("allow_private_addresses", "false", Words.Switch), plain);
    }
}
