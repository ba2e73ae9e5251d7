using System.Globalization;
using System.Text;

namespace AICodeManager.Server.Keeping.Alerts.Smtp;

/// <summary>What the headers of one message are made of.</summary>
/// <param name="Id">Names the message: the same at every attempt, so that a copy can be known as one.</param>
/// <param name="ThreadId">Brings the messages of one episode together in the reader's list.</param>
internal sealed record MailHead(Guid Id, Guid ThreadId, DateTimeOffset At, string Recipient);

/// <summary>
/// A message of plain text in UTF-8, as it goes over the line (RFC 5322, RFC 2045): ASCII in lines of at most 76 octets,
/// marked as made by a program so that nobody's absence notice answers it (RFC 3834).
/// </summary>
internal sealed class MailText(MailHead head, string subject, string body)
{
    private const int LineOctets = 76;

    /// <summary>Head and body with dots doubled, and the line that ends it (RFC 5321 section 4.5.2).</summary>
    public byte[] Transmission(string from, string fromName, string to)
    {
        var domain = from[(from.LastIndexOf('@') + 1)..];
        var text = new StringBuilder();
        Header("Date", head.At.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header("From", $"{Phrase(fromName)}\r\n <{from}>");
        Header("To", $"<{to}>");
        Header("Subject", EncodedWords.Of(subject));
        Header("Message-ID", $"<{head.Id:N}@{domain}>");
        Header("References", $"<{head.ThreadId:N}.alert@{domain}>");
        Header("Auto-Submitted", "auto-generated");
        Header("MIME-Version", "1.0");
        Header("Content-Type", "text/plain; charset=utf-8");
        Header("Content-Transfer-Encoding", "base64");
        text.Append("\r\n");
        foreach (var part in Convert.ToBase64String(Encoding.UTF8.GetBytes(body.ReplaceLineEndings("\r\n"))).Chunk(LineOctets))
            text.Append(part).Append("\r\n");
        return Encoding.ASCII.GetBytes(Stuffed(text.ToString()) + ".\r\n");

        void Header(string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    /// <summary>Lines that begin with a dot get another one: a line of one dot would end the message.</summary>
    internal static string Stuffed(string text) =>
        (text.StartsWith('.') ? "." : "") + text.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);

    // A quoted string where an encoded word is not needed (RFC 5322 section 3.2.4).
    private static string Phrase(string name)
    {
        var words = EncodedWords.Of(name);
        return words != name ? words : $"\"{name.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
