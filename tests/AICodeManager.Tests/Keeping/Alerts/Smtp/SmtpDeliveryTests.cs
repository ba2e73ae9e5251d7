using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Smtp;

namespace AICodeManager.Tests.Keeping.Alerts.Smtp;

/// <summary>Mail is handed in at real servers by others, encrypted and signed in, or not at all.</summary>
public sealed class SmtpDeliveryTests(MailServer server) : IClassFixture<MailServer>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly SmtpPatience Patience = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40));

    [Theory]
    [InlineData("starttls", SmtpSecurity.StartTls)]
    [InlineData("tls", SmtpSecurity.Tls)]
    [InlineData("login", SmtpSecurity.Tls)]
    public async Task Can_hand_in_a_message_within_tls_and_signed_in(string kind, SmtpSecurity security)
    {
        var recipient = Somebody();
        await SendAsync(server.Settings(kind, security), recipient, "[AICode Manager] 로그인 실패가 많습니다 — 한 줄의 제목이 아주 길어도 됩니다, 정말로", ".\n..\n.끝\nLine\r\nover");

        var mail = Assert.Single(await server.MailsToAsync(recipient));
        Assert.True(mail.GetProperty("secure").GetBoolean());
        Assert.Equal(MailServer.User, mail.GetProperty("user").GetString());
        Assert.Equal(MailServer.User, mail.GetProperty("from").GetString());
        var (headers, body) = Parse(mail);
        Assert.Equal("[AICode Manager] 로그인 실패가 많습니다 — 한 줄의 제목이 아주 길어도 됩니다, 정말로", headers["Subject"]);
        Assert.Equal($"AICode 관리자 <{MailServer.User}>", headers["From"]);
        Assert.Equal($"<{recipient}>", headers["To"]);
        Assert.Equal("auto-generated", headers["Auto-Submitted"]);
        Assert.Equal("Tue, 03 Nov 2026 09:00:00 +0000", headers["Date"]);
        Assert.Matches("^<[0-9a-f]{32}@example\\.test>$", headers["Message-ID"]);
        Assert.Equal(".\r\n..\r\n.끝\r\nLine\r\nover", body);
        Assert.All(mail.GetProperty("raw").GetString()!.Split("\r\n"), line => Assert.True(line.Length <= 78 && line.All(c => c is >= ' ' and <= '~'), line));
    }

    [Fact]
    public async Task Can_hand_in_without_tls_only_where_that_is_asked_for()
    {
        var recipient = Somebody();
        await SendAsync(server.Settings("bare", SmtpSecurity.None) with { Username = null, Password = null, CaFile = null }, recipient);
        Assert.Single(await server.MailsToAsync(recipient));

        var refused = await RefusedAsync(server.Settings("bare", SmtpSecurity.StartTls), Somebody());
        Assert.Equal("STARTTLS: the server does not offer it", refused.Message);
        // Settings that the configuration refuses; the last line holds without it.
        refused = await RefusedAsync(server.Settings("bare", SmtpSecurity.None), Somebody());
        Assert.Equal("AUTH: the connection is not encrypted", refused.Message);
    }

    [Theory]
    [InlineData("starttls", SmtpSecurity.StartTls)]
    [InlineData("tls", SmtpSecurity.Tls)]
    public async Task Cannot_hand_in_where_the_certificate_is_not_believed(string kind, SmtpSecurity security)
    {
        var recipient = Somebody();
        var good = server.Settings(kind, security);
        Assert.Contains("RemoteCertificateChainErrors", (await RefusedAsync(good with { CaFile = server.OtherAuthority }, recipient)).Message, StringComparison.Ordinal);
        Assert.Contains("RemoteCertificateChainErrors", (await RefusedAsync(good with { CaFile = null }, recipient)).Message, StringComparison.Ordinal);
        // Another name for the same machine, which the certificate does not carry.
        Assert.Contains("RemoteCertificateNameMismatch", (await RefusedAsync(good with { Host = "127.0.0.1" }, recipient)).Message, StringComparison.Ordinal);
        Assert.Contains("ca_file", (await RefusedAsync(good with { CaFile = "/nowhere" }, recipient)).Message, StringComparison.Ordinal);

        Assert.Empty(await server.MailsToAsync(recipient));
    }

    [Theory]
    [InlineData("starttls", SmtpSecurity.StartTls)]
    [InlineData("login", SmtpSecurity.Tls)]
    public async Task Cannot_hand_in_with_a_wrong_password_and_says_no_secret(string kind, SmtpSecurity security)
    {
        var refused = await RefusedAsync(server.Settings(kind, security) with { Password = new Secret("wrong-pass") }, Somebody());
        Assert.Equal("AUTH: 535", refused.Message);
        Assert.False(refused.IsFinal);
    }

    [Theory]
    [InlineData("nobody", "RCPT: 550 5.1.1", true)]
    [InlineData("away", "RCPT: 421 4.3.2", false)]
    [InlineData("later", "RCPT: 450 4.2.1", false)]
    public async Task Cannot_deliver_to(string name, string says, bool final)
    {
        var refused = await RefusedAsync(server.Settings("starttls", SmtpSecurity.StartTls), $"{name}-{Guid.NewGuid():N}@example.test");
        Assert.StartsWith(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(final, refused.IsFinal);
    }

    [Fact]
    public async Task Can_be_taken_later_what_was_refused_for_the_moment()
    {
        var recipient = $"later-{Guid.NewGuid():N}@example.test";
        var settings = server.Settings("tls", SmtpSecurity.Tls);
        await RefusedAsync(settings, recipient);
        await SendAsync(settings, recipient);
        Assert.Single(await server.MailsToAsync(recipient));
    }

    [Fact]
    public async Task Can_send_a_message_of_any_size_to_an_international_domain()
    {
        var local = Guid.NewGuid().ToString("N");
        await SendAsync(server.Settings("tls", SmtpSecurity.Tls), $"{local}@메일.example", body: new string('가', 20_000));
        // That server shows domains as people read them; the header has it as it was sent.
        var mail = Assert.Single(await server.MailsToAsync($"{local}@메일.example"));
        Assert.Equal($"<{local}@xn--h32bq4v.example>", Parse(mail).Headers["To"]);
        Assert.Equal(20_000, Parse(mail).Body.Length);
    }

    private static string Somebody() => $"{Guid.NewGuid():N}@example.test";

    private static Task SendAsync(SmtpSettings settings, string recipient, string subject = "s", string body = "b") =>
        new SmtpDelivery(settings, Patience).SendAsync(
            recipient, new MailText(new(Guid.CreateVersion7(), Guid.CreateVersion7(), new(2026, 11, 3, 9, 0, 0, TimeSpan.Zero), recipient), subject, body), Cancel);

    private static Task<SmtpException> RefusedAsync(SmtpSettings settings, string recipient) =>
        Assert.ThrowsAsync<SmtpException>(() => SendAsync(settings, recipient));

    private static (Dictionary<string, string> Headers, string Body) Parse(JsonElement mail)
    {
        var parts = mail.GetProperty("raw").GetString()!.Split("\r\n\r\n", 2);
        var headers = Regex.Replace(parts[0], "\r\n[ \t]+", " ").Split("\r\n").Select(line => line.Split(": ", 2)).ToDictionary(
            pair => pair[0], pair => Regex.Replace(Regex.Replace(pair[1], @"\?= =\?", "?==?"), @"=\?utf-8\?B\?([^?]*)\?=", word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups[1].Value))));
        return (headers, Encoding.UTF8.GetString(Convert.FromBase64String(parts[1])));
    }
}
