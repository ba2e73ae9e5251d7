using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Server.Keeping.Alerts.Smtp;

namespace AICodeManager.Tests.Keeping.Alerts.Smtp;

/// <summary>Servers that hang, babble or lie cost a bounded time and learn nothing.</summary>
public sealed class HostileServerTests
{
    private const string Hello = "220 hi\r\n", Offers = "250-hi\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly SmtpPatience Short = new(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData("greeting: no answer", "")]
    [InlineData("greeting: no answer", "220-still\r\n220-")]
    [InlineData("EHLO: no answer", Hello, "")]
    [InlineData("STARTTLS: no answer", Hello, Offers, "")]
    public async Task Cannot_be_held_by_a_server_that_hangs(string says, params string[] script) => await FailsAsync(says, script);

    [Theory]
    [InlineData("greeting: the answer is not SMTP", "HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("greeting: the answer is not SMTP", "22\r\n")]
    [InlineData("greeting: the answer is not SMTP", "220_hi\r\n")]
    [InlineData("greeting: the answer is not SMTP", "999 hi\r\n")]
    [InlineData("greeting: the answer is not SMTP", "+20 hi\r\n")]
    [InlineData("greeting: 554 go away", "554 go away\r\n")]
    [InlineData("greeting: 421 busy", "421 busy\r\n")]
    [InlineData("EHLO: 502 what?", Hello, "502 what?\r\n")]
    [InlineData("STARTTLS: the server does not offer it", Hello, "250 hi\r\n")]
    [InlineData("STARTTLS: the server does not offer it", Hello, "250-hi\r\n250 STARTTLSX\r\n")]
    [InlineData("STARTTLS: 454 not now", Hello, Offers, "454 not now\r\n")]
    public async Task Cannot_be_led_on_by(string says, params string[] script) => await FailsAsync(says, script);

    [Fact]
    public async Task Cannot_be_filled_by_endless_lines_or_endlessly_many()
    {
        await FailsAsync("greeting: the answer has a line of more than", "220 " + new string('x', 100_000));
        await FailsAsync("greeting: the answer has more than", string.Concat(Enumerable.Repeat("220-x\r\n", 200)));
    }

    [Fact]
    public async Task Cannot_be_told_anything_in_the_clear_that_would_count_within_tls()
    {
        // CVE-2011-0411, from the client's side.
        var heard = await FailsAsync("STARTTLS: the server went on talking before TLS", Hello, Offers, "220 go\r\n250-hi\r\n250 AUTH PLAIN\r\n");
        Assert.Equal(["EHLO [127.0.0.1]", "STARTTLS"], heard);
    }

    [Fact]
    public async Task Cannot_be_made_to_tell_its_password_before_tls()
    {
        var heard = await FailsAsync("TLS:", Hello, Offers, "220 go\r\n");
        Assert.DoesNotContain(heard, line => line.Contains("AUTH", StringComparison.Ordinal) || line.Contains("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cannot_be_given_commands_through_addresses()
    {
        await using var server = new CrookedMailServer(Hello, "250 hi\r\n", "250 ok\r\n", "250 ok\r\n");
        var settings = Settings(server.Port) with { Security = SmtpSecurity.None, Username = null, Password = null };
        var refused = await Assert.ThrowsAsync<SmtpException>(() => SendAsync(settings, "a@example.test>\r\nRCPT TO:<b@example.test"));
        Assert.True(refused.IsFinal);
        Assert.Equal(2, server.Heard.Count);
    }

    [Fact]
    public async Task Cannot_keep_the_password_by_repeating_it()
    {
        await using var server = new CrookedMailServer(Hello, "250 hi\r\n", $"451 you said {"a-password-of-the-tests"}\r\n");
        var refused = await Assert.ThrowsAsync<SmtpException>(() => SendAsync(Settings(server.Port) with { Security = SmtpSecurity.None, Username = null }, "a@example.test"));
        Assert.Equal("MAIL: 451", refused.Message);
    }

    [Fact]
    public async Task Can_be_tried_again_where_nobody_listens()
    {
        int port;
        await using (var server = new CrookedMailServer())
            port = server.Port;
        var sender = new EmailSender(new SmtpDelivery(Settings(port), Short));
        var result = await sender.SendAsync(Some.Message(), "a@example.test", Cancel);
        Assert.Equal(SendOutcome.Later, result.Outcome);
        Assert.Equal("connect: ConnectionRefused", result.Error);
    }

    private static async Task<List<string>> FailsAsync(string says, params string[] script)
    {
        await using var server = new CrookedMailServer(script);
        var refused = await Assert.ThrowsAsync<SmtpException>(() => SendAsync(Settings(server.Port), "a@example.test"));
        Assert.StartsWith(says, refused.Message, StringComparison.Ordinal);
        Assert.False(refused.IsFinal);
        return server.Heard;
    }

    private static Task SendAsync(SmtpSettings settings, string recipient) => new SmtpDelivery(settings, Short).SendAsync(
        recipient, new MailText(new(Guid.CreateVersion7(), Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, recipient), "s", "b"), Cancel);

    private static SmtpSettings Settings(int port) => new()
    {
        Host = "127.0.0.1", Port = port, Security = SmtpSecurity.StartTls, Username = "u", Password = new Secret("a-password-of-the-tests"),
        From = "alerts@example.test", FromName = "n", CaFile = null,
    };
}
