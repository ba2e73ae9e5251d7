using System.Text;
using System.Text.RegularExpressions;
using AICodeManager.Server.Keeping.Alerts.Smtp;

namespace AICodeManager.Tests.Keeping.Alerts.Smtp;

/// <summary>Whatever is put into a message, it stays where it was put.</summary>
public sealed class MailTextTests
{
    [Theory]
    [InlineData("a\r\nBcc: all@example.test")]
    [InlineData("a\nBcc: all@example.test")]
    [InlineData("a\rBcc: all@example.test")]
    [InlineData("a\r\n\r\nbody")]
    [InlineData("a\r\n.\r\nQUIT\r\n")]
    [InlineData("=?utf-8?B?DQpCY2M6IHg=?=")]
    [InlineData("가나다라마바사아자차카타파하가나다라마바사아자차카타파하🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂")]
    public void Cannot_get_a_header_of_its_own_from_a_title_or_a_name(string text)
    {
        var lines = Lines(text, text, "body");
        var head = lines[..Array.IndexOf(lines, "")];

        Assert.Equal(
            ["Date", "From", "To", "Subject", "Message-ID", "References", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"],
            head.Where(line => line[0] != ' ').Select(line => line[..line.IndexOf(':')]));
        Assert.All(head, line => Assert.True(line.Length <= 78 && line.All(c => c is >= ' ' and <= '~'), line));
        Assert.DoesNotContain(Regex.Matches(string.Join('\n', head), @"=\?utf-8\?B\?([^?]*)\?="), word =>
            Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups[1].Value)).Any(c => char.IsControl(c) || c == '\ufffd'));
    }

    [Theory]
    [InlineData(".", "..")]
    [InlineData(".\r\n", "..\r\n")]
    [InlineData("a\r\n.\r\n..b\r\nc.", "a\r\n..\r\n...b\r\nc.")]
    public void Can_carry_lines_that_begin_with_a_dot(string text, string stuffed) => Assert.Equal(stuffed, MailText.Stuffed(text));

    [Theory]
    [InlineData("AICode Manager", "\"AICode Manager\"")]
    [InlineData("a \"b\" \\c", "\"a \\\"b\\\" \\\\c\"")]
    [InlineData("<evil@example.test>, x", "\"<evil@example.test>, x\"")]
    public void Can_name_the_sender_without_making_another_one(string name, string phrase) =>
        Assert.Equal($"From: {phrase}", Lines("s", name, "b").Single(line => line.StartsWith("From", StringComparison.Ordinal)));

    [Fact]
    public void Ends_with_the_line_that_ends_it_and_has_no_other() =>
        Assert.Equal([".", ""], Lines("s", "n", ".\r\n.\r\n").SkipWhile(line => line != "."));

    private static string[] Lines(string subject, string fromName, string body) => Encoding.ASCII.GetString(
        new MailText(new(Guid.CreateVersion7(), Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, "a@example.test"), subject, body)
            .Transmission("alerts@example.test", fromName, "a@example.test")).Split("\r\n");
}
