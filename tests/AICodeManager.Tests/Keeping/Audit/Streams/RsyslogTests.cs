using System.Text.Json;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Server.Keeping.Audit.Streams;
using AICodeManager.Tests.Keeping.Audit.Reading;

namespace AICodeManager.Tests.Keeping.Audit.Streams;

/// <summary>What others' server makes of our messages.</summary>
public sealed class RsyslogTests(RsyslogServer rsyslog) : IClassFixture<RsyslogServer>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SyslogTransport.Tcp)]
    [InlineData(SyslogTransport.Tls)]
    [InlineData(SyslogTransport.Udp)]
    public async Task A_syslog_server_by_others_understands_every_part(SyslogTransport transport)
    {
        var name = $"event_over_{transport}".ToLowerInvariant();
        var batch = Events.OfChain("c", 40)
            .Select(entry => StreamItem.Of(entry with { Name = name, Outcome = "refused", Address = "2001:db8::1", Reason = "line\nbreak, \"한국어\" ] \\", RequestId = "x]y" })).ToList();
        var (port, host) = transport switch { SyslogTransport.Tcp => (rsyslog.Tcp, "127.0.0.1"), SyslogTransport.Tls => (rsyslog.Tls, "localhost"), _ => (rsyslog.Udp, "127.0.0.1") };
        var stream = SyslogSenderTests.Stream(transport, port, host, transport == SyslogTransport.Tls ? rsyslog.Authority : null);
        IStreamSender sender = transport == SyslogTransport.Udp
            ? new DatagramSyslogSender(stream, new(stream, "node.example"))
            : new StreamSyslogSender(stream, new(stream, "node.example"), StreamSyslogSender.DefaultPatience);
        Assert.Equal(SendResult.Sent, await sender.SendAsync(batch, Cancel));

        var understood = await rsyslog.MessagesAsync(name, batch.Count);
        Assert.Equal(batch.Count, understood.Count);
        foreach (var (message, item) in understood.Zip(batch))
        {
            Assert.Equal(("84", "1", "node.example", "aicli-web"), (Text("priority"), Text("version"), Text("host"), Text("app")));
            Assert.StartsWith($"{item.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff}", Text("at"));
            Assert.StartsWith($"[aicli@32473 chain=\"c\" sequence=\"{item.Sequence}\"", Text("data"));
            Assert.Contains("request=\"x\\]y\"", Text("data"));
            var json = Text("text").TrimStart(' ', '\ufeff');
            Assert.Equal("line\nbreak, \"한국어\" ] \\", JsonElement.Parse(json).GetProperty("reason").GetString());

            string Text(string part) => message.GetProperty(part).GetString()!;
        }
    }
}
