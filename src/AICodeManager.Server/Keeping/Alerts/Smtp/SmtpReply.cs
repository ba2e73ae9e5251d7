using System.Text;

namespace AICodeManager.Server.Keeping.Alerts.Smtp;

/// <summary>One reply of a server, one line or several (RFC 5321 section 4.2).</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Lines">Texts behind the code.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int MaxShown = 150;

    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>For people: code and first words, printable ASCII only.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Code} ");
        foreach (var c in string.Join(' ', Lines).Take(MaxShown))
            text.Append(c is >= ' ' and <= '~' ? c : '?');
        return text.ToString().TrimEnd();
    }

    /// <summary>Parameters of an extension that an EHLO reply offers; null where it does not (section 4.1.1.1).</summary>
    public string[]? Extension(string name) => Lines.Skip(1)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .FirstOrDefault(words => words.Length > 0 && words[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1..];
}
