using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Audit.Streams;
using AICodeManager.Tests.Keeping.Audit.Reading;

namespace AICodeManager.Tests.Keeping.Audit.Streams;

public sealed partial class SyslogMessageTests
{
    private static readonly SyslogMessages Messages = new(new SyslogStream(new(SyslogTransport.Udp, "localhost", 514), 10, "aicli-web", 32473, null), "node.example");

    [Fact]
    public void A_message_is_of_the_form_of_RFC_5424()
    {
        var entry = Events.OfChain("c", 1).Single() with { Outcome = "refused", Reason = "잘못된 \"암호\"", Address = "2001:db8::1" };
        var (head, json) = Split(Messages.Of(StreamItem.Of(entry)));
        Assert.Matches(@"^<84>1 2026-11-03T09:00:01\.000Z node\.example aicli-web - login \[aicli@32473( [a-z]+=""[^""]*"")+\] $", head);
        Assert.Contains(" chain=\"c\" sequence=\"1\"", head, StringComparison.Ordinal);
        Assert.Equal("잘못된 \"암호\"", JsonElement.Parse(json).GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("success", 86)]
    [InlineData("refused", 84)]
    [InlineData("failure", 83)]
    public void The_severity_says_how_it_ended(string outcome, int priority) =>
        Assert.StartsWith($"<{priority}>1 ", Split(Messages.Of(StreamItem.Of(Events.OfChain("c", 1).Single() with { Outcome = outcome }))).Head);

    [Fact]
    public void Nothing_in_a_field_can_end_a_value_a_field_or_the_message()
    {
        var entry = Events.OfChain("c", 1).Single() with { RequestId = "a\"]\\ \n<13>1 x", Name = "na me]\n\"x", Address = "\u0085\"] forged" };
        var message = Messages.Of(StreamItem.Of(entry));
        var (head, json) = Split(message);
        Assert.Contains(" request=\"a\\\"\\]\\\\ <13>1 x\"", head, StringComparison.Ordinal);
        Assert.Contains(" - name]\"x [aicli@32473 ", head, StringComparison.Ordinal);
        Assert.DoesNotContain((byte)'\n', message);
        Assert.Single(Fields().Matches(head), field => field.Groups[1].Value == "address");
        Assert.Equal("a\"]\\ \n<13>1 x", JsonElement.Parse(json).GetProperty("request_id").GetString());
    }

    [Fact]
    public void What_is_cut_for_a_datagram_says_so_and_how_to_know_the_whole_again()
    {
        var item = StreamItem.Of(Events.OfChain("c", 1).Single() with { Details = JsonSerializer.Serialize(new { text = string.Concat(Enumerable.Repeat("한국어", 500)) }) });
        Assert.True(item.Json.Length > SyslogMessages.MaxDatagram);
        var message = Messages.Of(item, SyslogMessages.MaxDatagram);
        Assert.InRange(message.Length, SyslogMessages.MaxDatagram - 3, SyslogMessages.MaxDatagram);
        var (head, json) = Split(message);
        Assert.Contains($" bytes=\"{item.Json.Length}\" sha256=\"{Convert.ToHexStringLower(SHA256.HashData(item.Json))}\"]", head, StringComparison.Ordinal);
        Assert.DoesNotContain('\ufffd', json);
        Assert.True(item.Json.AsSpan().StartsWith(Encoding.UTF8.GetBytes(json)));
        Assert.DoesNotContain("sha256", Split(Messages.Of(StreamItem.Of(Events.OfChain("c", 1).Single()), SyslogMessages.MaxDatagram)).Head, StringComparison.Ordinal);
    }

    private static (string Head, string Json) Split(byte[] message)
    {
        var at = message.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]);
        return (Encoding.UTF8.GetString(message.AsSpan(0, at)), Encoding.UTF8.GetString(message.AsSpan(at + 3)));
    }

    [GeneratedRegex(@"(?<= )([a-z0-9]+)=""(?:[^""\\\]]|\\.)*""")]
    private static partial Regex Fields();
}
