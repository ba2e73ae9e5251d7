using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class AlertSettingsTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void Every_key_reaches_its_setting()
    {
        File.WriteAllText(Path.Combine(scene.Folder, "ca.pem"), "");
        var alerts = Alerts("""
            enabled: true
                language: "ko"
                window: "2m"
                throttle: "30s"
                retention: "7d"
                channels:
                  - {type: "email", recipients: ["a@example.org", "A@example.org", "b@메일.example"]}
                  - {type: "slack", webhook_url: "https://hooks.example.org/x", language: "en"}
                  - {type: "slack", webhook_url: "http://chat.internal/x", allow_http: true, allow_private_addresses: true}
                  - {type: "webhook", name: "pager", url: "https://pager.example.org/", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
                smtp: {host: "smtp.example.org", security: "tls", username: "u", password: "${SMTP_PASSWORD}", from: "a@example.org", ca_file: "ca.pem"}
            """);

        Assert.Equal(["email", "slack", "slack-2", "pager"], alerts.Channels.Select(channel => channel.Name));
        Assert.Equal(
            [AlertLanguage.Korean, AlertLanguage.English, AlertLanguage.Korean, AlertLanguage.Korean], alerts.Channels.Select(channel => channel.Language));
        Assert.Equal(["a@example.org", "b@메일.example"], ((EmailChannel)alerts.Channels[0]).Recipients);
        Assert.Equal((false, false), Allowed(alerts.Channels[1]));
        Assert.Equal((true, true), Allowed(alerts.Channels[2]));
        Assert.Equal((2, 30, 7), (alerts.Window.TotalMinutes, alerts.Throttle.TotalSeconds, alerts.Retention.TotalDays));
        Assert.Equal((465, SmtpSecurity.Tls, "pw-of-mail"), (alerts.Smtp!.Port, alerts.Smtp.Security, alerts.Smtp.Password!.Reveal()));
        Assert.Equal(Path.Combine(scene.Folder, "ca.pem"), alerts.Smtp.CaFile);

        static (bool, bool) Allowed(AlertChannel channel) => ((SlackChannel)channel).Target is { AllowHttp: var http, AllowPrivateAddresses: var inside } ? (http, inside) : default;
    }

    [Theory]
    [InlineData("channels[0].recipients[0]", "channels: [{type: email, recipients: [\"a@example.org\\r\\nBcc: b\"]}]")]
    [InlineData("channels[0].recipients[0]", "channels: [{type: email, recipients: [\"a>@example.org\"]}]")]
    [InlineData("channels[0].recipients[0]", "channels: [{type: email, recipients: [\"a b@example.org\"]}]")]
    [InlineData("channels[0].recipients[0]", "channels: [{type: email, recipients: [\"가@example.org\"]}]")]
    [InlineData("channels[0].recipients[0]", "channels: [{type: email, recipients: [\"a@exa_mple..org\"]}]")]
    [InlineData("channels[0].recipients", "channels: [{type: email}]")]
    [InlineData("channels[0].webhook_url", "channels: [{type: slack, webhook_url: \"http://hooks.example.org/x\"}]")]
    [InlineData("channels[0].url", "channels: [{type: webhook, url: \"ftp://x\", allow_http: true, secret: \"k9vXo2TqLr7ZkWm4Yp8NsEh6JdBf1GcU0a\"}]")]
    [InlineData("channels[0].secret", "channels: [{type: webhook, url: \"https://x.example.org/\"}]")]
    [InlineData("channels[0].secret", "channels: [{type: webhook, url: \"https://x.example.org/\", secret: \"short\"}]")]
    [InlineData("channels[0].secret", "channels: [{type: webhook, url: \"https://x.example.org/\", secret: \"whsec_AAAA\"}]")]
    [InlineData("channels[0].language", "channels: [{type: slack, webhook_url: \"https://x.example.org/\", language: \"fr\"}]")]
    [InlineData("channels", "channels: [{type: slack, name: x, webhook_url: \"https://x.example.org/\"}, {type: slack, name: x, webhook_url: \"https://y.example.org/\"}]")]
    [InlineData("smtp.host", "smtp: {from: \"a@example.org\"}")]
    [InlineData("smtp.from", "smtp: {host: \"smtp.example.org\"}")]
    [InlineData("smtp.from", "smtp: {host: \"smtp.example.org\", from: \"a@example.org>\"}")]
    [InlineData("smtp.password", "smtp: {host: \"smtp.example.org\", from: \"a@example.org\", username: u}")]
    [InlineData("smtp.security", "smtp: {host: \"smtp.example.org\", from: \"a@example.org\", security: none}")]
    [InlineData("smtp.username", "smtp: {host: \"localhost\", from: \"a@example.org\", security: none, username: u, password: pw-of-mail}")]
    [InlineData("smtp.ca_file", "smtp: {host: \"smtp.example.org\", from: \"a@example.org\", ca_file: nowhere.pem}")]
    [InlineData("window", "window: 1s")]
    [InlineData("throttle", "throttle: 0s")]
    public void Cannot_start_with(string key, string lines)
    {
        var fault = scene.File($"monitoring:\n  alerts:\n    {lines}\n").Fault();
        Assert.Equal($"monitoring.alerts.{key}", fault.Key);
        Assert.DoesNotContain("k9vXo2Tq", fault.ToString(), StringComparison.Ordinal);
    }

    private AlertSettings Alerts(string lines) =>
        scene.With("SMTP_PASSWORD", "pw-of-mail").File($"monitoring:\n  alerts:\n    {lines}\n").Settings().Monitoring.Alerts;
}
