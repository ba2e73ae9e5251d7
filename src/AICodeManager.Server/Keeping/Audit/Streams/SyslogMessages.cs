using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>
/// Messages of RFC 5424: what finds an event is structured data, the event itself is the message, as JSON in UTF-8 behind a
/// byte order mark (section 6.4).
/// </summary>
/// <param name="host">HOSTNAME: of the machine that sends.</param>
internal sealed class SyslogMessages(SyslogStream stream, string host)
{
    /// <summary>What every receiver should accept (section 6.1); a datagram is cut here.</summary>
    public const int MaxDatagram = 2048;

    private const int Error = 3, Warning = 4, Notice = 5, Informational = 6;

    private static readonly byte[] Mark = [0xef, 0xbb, 0xbf];

    private readonly string hostname = Printable(host, 255);

    /// <param name="most">Bytes; what is longer loses the end of its JSON, and carries the length and the SHA-256 of the whole.</param>
    public byte[] Of(StreamItem item, int most = int.MaxValue)
    {
        var whole = Join(Head(item, ""), item.Json);
        if (whole.Length <= most)
            return whole;
        var head = Head(item, $" bytes=\"{item.Json.Length}\" sha256=\"{Convert.ToHexStringLower(SHA256.HashData(item.Json))}\"");
        return Join(head, item.Json.AsSpan(0, Cut(item.Json, most - head.Length - Mark.Length)));
    }

    private byte[] Head(StreamItem item, string more)
    {
        var priority = (stream.Facility * 8) + item.Event?.Outcome switch
        {
            null => Notice,
            AuditOutcome.Success => Informational,
            AuditOutcome.Refused => Warning,
            _ => Error,
        };
        return Encoding.UTF8.GetBytes(
            $"<{priority}>1 {item.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {hostname} {stream.AppName} - {Printable(item.Event?.Name ?? "audit_checkpoint", 32)} "
            + $"[aicli@{stream.EnterpriseNumber}{Fields(item)}{more}] ");
    }

    private static string Fields(StreamItem item)
    {
        var text = new StringBuilder();
        Add("chain", item.Chain);
        Add("sequence", $"{item.Sequence}");
        if (item.Event is not { } happened)
            return text.ToString();
        Add("id", happened.Id);
        Add("link", happened.Link);
        Add("outcome", happened.Outcome);
        Add("request", happened.RequestId);
        Add("actor", happened.ActorId);
        Add("session", happened.SessionId);
        Add("key", happened.KeyId);
        Add("address", happened.Address);
        return text.ToString();

        void Add(string name, string? value)
        {
            // Section 6.3.3: the three characters that would end a value are escaped; what is no line of text is left out.
            if (value is null)
                return;
            var clean = new string([.. value.Where(c => !char.IsControl(c)).Take(200)]);
            text.Append($" {name}=\"{clean.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("]", "\\]")}\"");
        }
    }

    // Never within a character: what is left is still UTF-8.
    private static int Cut(ReadOnlySpan<byte> json, int room)
    {
        var end = Math.Clamp(room, 0, json.Length);
        while (end > 0 && end < json.Length && (json[end] & 0xc0) == 0x80)
            end--;
        return end;
    }

    private static byte[] Join(ReadOnlySpan<byte> head, ReadOnlySpan<byte> json) => [.. head, .. Mark, .. json];

    private static string Printable(string text, int most)
    {
        var clean = new string([.. text.Where(c => c is > ' ' and <= '~').Take(most)]);
        return clean.Length == 0 ? "-" : clean;
    }
}
