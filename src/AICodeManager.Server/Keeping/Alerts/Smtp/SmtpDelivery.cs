using System.Text;
using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Alerts.Smtp;

/// <summary>
/// Hands one message in at the configured server (RFC 5321): STARTTLS (RFC 3207) or TLS from the start (RFC 8314), then
/// AUTH PLAIN or LOGIN (RFC 4954) and only within TLS, then one envelope. Why not a library: docs/decisions/0020.
/// </summary>
internal sealed class SmtpDelivery(SmtpSettings settings, SmtpPatience patience)
{
    /// <summary>Of a command with its line end (RFC 5321 section 4.5.3.1.4).</summary>
    private const int MaxCommand = 510;

    /// <exception cref="SmtpException">It was not taken.</exception>
    public async Task SendAsync(string recipient, MailText mail, CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(patience.Whole);
        try
        {
            await using var connection = await SmtpConnection.OpenAsync(settings, patience, bound.Token);
            await HandInAsync(connection, recipient, mail, bound.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new SmtpException($"not done within {patience.Whole.TotalSeconds:0.#} s");
        }
    }

    private async Task HandInAsync(SmtpConnection connection, string recipient, MailText mail, CancellationToken cancel)
    {
        var (line, hello) = await GreetAsync(connection, cancel);
        if (settings is { Username: { } user, Password: { } password })
            await SignInAsync(connection, line, hello, user, password.Reveal(), cancel);
        var from = Ascii(settings.From);
        Demand(await line.AskAsync($"MAIL FROM:<{from}>", "MAIL", cancel), "MAIL", 250);
        Demand(await line.AskAsync($"RCPT TO:<{Ascii(recipient)}>", "RCPT", cancel), "RCPT", 250, 251, 252);
        Demand(await line.AskAsync("DATA", "DATA", cancel), "DATA", 354);
        await line.WriteAsync(mail.Transmission(from, settings.FromName, Ascii(recipient)), "message", cancel);
        Demand(await line.ReadAsync("message", cancel), "message", 250);
        try
        {
            await line.AskAsync("QUIT", "QUIT", cancel);
        }
        catch (SmtpException)
        {
            // The message is taken; how the server says goodbye changes nothing.
        }
    }

    private async Task<(SmtpLine Line, SmtpReply Hello)> GreetAsync(SmtpConnection connection, CancellationToken cancel)
    {
        if (settings.Security == SmtpSecurity.Tls)
            await connection.EncryptAsync(cancel);
        var line = connection.Line();
        Expect(await line.ReadAsync("greeting", cancel), "greeting", 220);
        var hello = await HelloAsync(connection, line, cancel);
        if (settings.Security != SmtpSecurity.StartTls)
            return (line, hello);
        // Whoever stands between could have taken the offer away: without TLS nothing more is said.
        if (hello.Extension("STARTTLS") is null)
            throw new SmtpException("STARTTLS: the server does not offer it");
        Expect(await line.AskAsync("STARTTLS", "STARTTLS", cancel), "STARTTLS", 220);
        // Bytes that came in the clear behind the answer would be taken for the server's words within TLS (CVE-2011-0411).
        if (line.HasMore)
            throw new SmtpException("STARTTLS: the server went on talking before TLS");
        await connection.EncryptAsync(cancel);
        line = connection.Line();
        // What was offered before is forgotten (RFC 3207 section 4.2).
        return (line, await HelloAsync(connection, line, cancel));
    }

    private static async Task<SmtpReply> HelloAsync(SmtpConnection connection, SmtpLine line, CancellationToken cancel)
    {
        var hello = await line.AskAsync($"EHLO {connection.Name}", "EHLO", cancel);
        Expect(hello, "EHLO", 250);
        return hello;
    }

    private static async Task SignInAsync(
        SmtpConnection connection, SmtpLine line, SmtpReply hello, string user, string password, CancellationToken cancel)
    {
        if (!connection.IsEncrypted)
            throw new SmtpException("AUTH: the connection is not encrypted", isFinal: true);
        var offered = hello.Extension("AUTH") ?? [];
        if (offered.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
            await PlainAsync(line, user, password, cancel);
        else if (offered.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
            await LoginAsync(line, user, password, cancel);
        else
            throw new SmtpException("AUTH: the server offers neither PLAIN nor LOGIN");
    }

    // RFC 4616. A long answer waits for the server's empty challenge (RFC 4954 section 4).
    private static async Task PlainAsync(SmtpLine line, string user, string password, CancellationToken cancel)
    {
        var answer = Base64($"\0{user}\0{password}");
        var command = $"AUTH PLAIN {answer}";
        if (command.Length <= MaxCommand)
        {
            Admit(await line.AskAsync(command, "AUTH", cancel), 235);
            return;
        }

        Admit(await line.AskAsync("AUTH PLAIN", "AUTH", cancel), 334);
        Admit(await line.AskAsync(answer, "AUTH", cancel), 235);
    }

    private static async Task LoginAsync(SmtpLine line, string user, string password, CancellationToken cancel)
    {
        Admit(await line.AskAsync("AUTH LOGIN", "AUTH", cancel), 334);
        Admit(await line.AskAsync(Base64(user), "AUTH", cancel), 334);
        Admit(await line.AskAsync(Base64(password), "AUTH", cancel), 235);
    }

    // Of what follows a secret only the code is told: a server may repeat what it was sent.
    private static void Admit(SmtpReply reply, int wanted)
    {
        if (reply.Code != wanted)
            throw new SmtpException($"AUTH: {reply.Code}");
    }

    // Before the envelope a refusal is about this server or its configuration, which somebody can mend.
    private static void Expect(SmtpReply reply, string step, int wanted)
    {
        if (reply.Code != wanted)
            throw new SmtpException($"{step}: {reply}");
    }

    // About the envelope: 530 and 535 say that the sign-in is missing or wrong, other 5yz that it will never be taken.
    private void Demand(SmtpReply reply, string step, params ReadOnlySpan<int> wanted)
    {
        if (!wanted.Contains(reply.Code))
            throw new SmtpException($"{step}: {Masked(reply)}", isFinal: reply.Code >= 500 && reply.Code is not (530 or 535));
    }

    private string Masked(SmtpReply reply)
    {
        var text = reply.ToString();
        return settings.Password is { } password
            && (text.Contains(password.Reveal(), StringComparison.Ordinal) || text.Contains(Base64(password.Reveal()), StringComparison.Ordinal))
            ? $"{reply.Code}" : text;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    // The configuration has checked both halves.
    private static string Ascii(string mailbox)
    {
        var at = mailbox.LastIndexOf('@');
        return $"{mailbox[..at]}@{Texts.AsciiHost(mailbox[(at + 1)..])}";
    }
}
