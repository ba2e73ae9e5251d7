using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Streams;
using AICodeManager.Tests.Keeping.Alerts.Smtp;
using AICodeManager.Tests.Keeping.Audit.Reading;
using System.Text.Json;

namespace AICodeManager.Tests.Keeping.Audit.Streams;

public sealed class WebhookStreamTests(MailServer others) : IClassFixture<MailServer>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Others_verify_what_is_posted_and_find_every_item_in_it()
    {
        using var http = new AlertHttp();
        List<StreamItem> batch =
        [
            .. Events.OfChain("c", 5).Select(StreamItem.Of),
            StreamItem.Of(new AuditCheckpoint { Id = "i", ChainId = "c", Sequence = 5, Link = "l", At = 1, Node = "n", KeyId = "k", Signature = "s" }),
        ];
        Assert.Equal(SendResult.Sent, await Sender(http, "/audit").SendAsync(batch, Cancel));
        Assert.Equal(SendResult.Sent, await Sender(http, "/audit").SendAsync(batch, Cancel));

        var hooks = await others.HooksAtAsync("/audit");
        Assert.All(hooks, hook => Assert.True(hook.GetProperty("verified").GetBoolean()));
        Assert.Single(hooks.Select(hook => hook.GetProperty("headers").GetProperty("webhook-id").GetString()).Distinct());
        var body = JsonElement.Parse(hooks[0].GetProperty("body").GetString()!);
        Assert.Equal(("audit.events", "siem"), (body.GetProperty("type").GetString(), body.GetProperty("data").GetProperty("stream").GetString()));
        var items = body.GetProperty("data").GetProperty("items");
        Assert.Equal((6, 5L, "s"), (
            items.GetArrayLength(), items[4].GetProperty("sequence").GetInt64(), items[5].GetProperty("checkpoint").GetProperty("signature").GetString()));
    }

    [Fact]
    public async Task A_private_address_is_not_posted_to_unless_that_is_asked_for()
    {
        using var http = new AlertHttp();
        var result = await Sender(http, "/guarded", inside: false).SendAsync([.. Events.OfChain("c", 1).Select(StreamItem.Of)], Cancel);
        Assert.NotEqual(SendOutcome.Sent, result.Outcome);
        Assert.Empty(await others.HooksAtAsync("/guarded"));
    }

    private WebhookStreamSender Sender(AlertHttp http, string path, bool inside = true) => new(
        new WebhookStream(new WebTarget(new(new Uri(others.Hooks, path).ToString()), inside, AllowHttp: true), new(MailServer.HookSecret)) { Name = "siem" }, http, TimeProvider.System);
}
