using System.Text.Json;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Tests.Keeping.Alerts.Smtp;

namespace AICodeManager.Tests.Keeping.Alerts.Channels;

/// <summary>Programs are told in the form of Standard Webhooks, which others' code verifies; Slack in its own.</summary>
public sealed class WebhookTests(MailServer server) : IClassFixture<MailServer>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public void Can_sign_as_the_specification_does() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            new WebhookSignature(new Secret(MailServer.HookSecret)).Of("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8));

    [Fact]
    public async Task Can_be_verified_by_others_code()
    {
        using var http = new AlertHttp();
        var channel = Channel("/good", MailServer.HookSecret);
        var message = Some.Message("2001:db8::/64", "x < y & 한국", AlertLanguage.Korean, DateTimeOffset.UtcNow);
        Assert.Equal(SendResult.Sent, await new WebhookSender(channel, http).SendAsync(message, "", Cancel));

        var hook = Assert.Single(await server.HooksAtAsync("/good"));
        Assert.True(hook.GetProperty("verified").GetBoolean());
        Assert.Equal("application/json", hook.GetProperty("headers").GetProperty("content-type").GetString());
        Assert.Equal($"msg_{message.Id:N}", hook.GetProperty("headers").GetProperty("webhook-id").GetString());
        var body = JsonElement.Parse(hook.GetProperty("body").GetString()!);
        Assert.Equal("alert.raised", body.GetProperty("type").GetString());
        var data = body.GetProperty("data");
        Assert.Equal("blocked", data.GetProperty("kind").GetString());
        Assert.Equal("2001:db8::/64", data.GetProperty("subject").GetString());
        Assert.Equal("x < y & 한국", data.GetProperty("facts").GetProperty("address").GetString());
        Assert.Equal(message.Text, data.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Cannot_be_verified_with_another_secret_or_at_another_time()
    {
        using var http = new AlertHttp();
        await new WebhookSender(Channel("/forged", "another-secret-of-at-least-32-letters"), http).SendAsync(Some.Message(at: DateTimeOffset.UtcNow), "", Cancel);
        await new WebhookSender(Channel("/stale", MailServer.HookSecret), http).SendAsync(Some.Message(at: DateTimeOffset.UtcNow.AddMinutes(-6)), "", Cancel);

        Assert.False(Assert.Single(await server.HooksAtAsync("/forged")).GetProperty("verified").GetBoolean());
        Assert.False(Assert.Single(await server.HooksAtAsync("/stale")).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task Can_tell_slack_without_letting_a_fact_mention_or_link()
    {
        using var http = new AlertHttp();
        var target = new WebTarget(new Secret(new Uri(server.Hooks, "slack").AbsoluteUri), AllowPrivateAddresses: true, AllowHttp: true);
        var message = Some.Message(subject: "<!channel>", fact: "<https://evil.example|bank> & <@U123>");
        Assert.Equal(SendResult.Sent, await new SlackSender(target, http).SendAsync(message, "", Cancel));

        var body = Assert.Single(await server.HooksAtAsync("/slack")).GetProperty("body").GetString()!;
        var texts = JsonElement.Parse(body).GetProperty("blocks").EnumerateArray().Select(block => block.GetProperty("text").GetProperty("text").GetString()!).ToArray();
        Assert.DoesNotContain('<', string.Concat(texts));
        Assert.Contains("&lt;!channel&gt;", texts[1], StringComparison.Ordinal);
        Assert.Contains("&lt;https://evil.example|bank&gt; &amp; &lt;@U123&gt;", texts[1], StringComparison.Ordinal);
        Assert.Contains(message.Title, JsonElement.Parse(body).GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Can_be_cut_to_what_slack_takes()
    {
        var body = SlackSender.Body(Some.Message() with { Text = string.Concat(Enumerable.Repeat("0123456789&&&&&<<<\n", 500)) });
        var text = JsonElement.Parse(body).GetProperty("blocks")[1].GetProperty("text").GetProperty("text").GetString()!;
        Assert.InRange(text.Length, 2_000, 3_000);
        Assert.EndsWith("&lt;\n…", text, StringComparison.Ordinal);
    }

    private WebhookChannel Channel(string path, string secret) =>
        new(new WebTarget(new Secret(new Uri(server.Hooks, path).AbsoluteUri), AllowPrivateAddresses: true, AllowHttp: true), new Secret(secret));
}
