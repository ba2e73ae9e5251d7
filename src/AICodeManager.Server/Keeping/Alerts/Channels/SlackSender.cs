using System.Text.Json;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Alerts.Messages;

namespace AICodeManager.Server.Keeping.Alerts.Channels;

/// <summary>
/// Slack's incoming webhooks (docs.slack.dev, "Sending messages using incoming webhooks"). Facts may hold what strangers
/// chose, so the three characters that begin links, mentions and entities are escaped and nothing is linked by itself.
/// </summary>
internal sealed class SlackSender(WebTarget target, AlertHttp http) : IAlertSender
{
    /// <summary>Characters of a section's text, by Slack's reference.</summary>
    private const int MaxSection = 3_000;

    private static readonly Dictionary<string, string> NoHeaders = [];

    public Task<SendResult> SendAsync(AlertMessage message, string recipient, CancellationToken cancel) =>
        http.PostAsync(target, Body(message), NoHeaders, cancel);

    internal static byte[] Body(AlertMessage message)
    {
        var title = Escape(message.Title);
        var text = Escape(message.Text);
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                text = title,
                blocks = new[]
                {
                    new { type = "section", text = new { type = "mrkdwn", text = $"*{title}*", verbatim = true } },
                    new { type = "section", text = new { type = "mrkdwn", text = Cut(text), verbatim = true } },
                },
            },
            WireJson.Options);
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    // Neither within a pair of surrogates nor within an entity.
    private static string Cut(string text)
    {
        if (text.Length <= MaxSection)
            return text;
        var end = text.LastIndexOf('\n', MaxSection - 2);
        return text[..(end > 0 ? end : 0)] + "\n…";
    }
}
