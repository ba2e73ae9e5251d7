using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>
/// Addresses that a server should not be sent to. Plain <c>localhost</c> and private networks are every developer's links (who
/// fetches checks them where it connects); the metadata of a cloud, schemes of other protocols and an address that is
/// hidden behind an odd spelling are not.
/// </summary>
internal static class Targets
{
    private static readonly SearchValues<char> HostMarks = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:@%\\");

    /// <summary>The value as an address: its scheme, its host, or slashes that a browser takes for one.</summary>
    public static Finding JudgeWhole(ReadOnlySpan<char> text)
    {
        if (text.Length < 8)
            return default;
        if (text[0] is '/' or '\\')
            return Redirect(text);
        if (!char.IsAsciiLetter(text[0]))
            return text[0] == '1' && ProtocolWords.IsMetadata(HostAt(text, 0)) ? ProtocolDetector.Strong("ssrf.metadata") : default;
        var colon = text.Ahead(0, 12).IndexOf(':');
        if (colon < 2)
            return (text[0] | 0x20) is 'm' or 'i' or 'r' && ProtocolWords.IsMetadata(HostAt(text, 0)) && text.Ahead(0, 48).Contains('.') ? ProtocolDetector.Strong("ssrf.metadata") : default;
        var scheme = text[..colon];
        if (scheme.Is("http") || scheme.Is("https") || scheme.Is("ftp"))
            return Address.Judge(text, colon + 1);
        if (ProtocolWords.IsScheme(scheme) && !FoldedText.IsBlank(text.At(colon + 1)) && text.Ahead(colon, 12).Contains('/'))
            return ProtocolDetector.Strong("ssrf.scheme");
        return scheme.Is("unix") && text.Contains('|') ? ProtocolDetector.Strong("ssrf.socket") : default;
    }

    /// <summary>The host behind two slashes, anywhere in the value.</summary>
    public static Finding Host(ReadOnlySpan<char> text, int at)
    {
        var host = HostAt(text, at);
        return host.Length > 7 && ProtocolWords.IsMetadata(host) ? ProtocolDetector.Strong("ssrf.metadata") : default;
    }

    /// <summary>A cookie set by script fixes a session as well as a stolen one does.</summary>
    public static Finding Assigned(ReadOnlySpan<char> text, int equals)
    {
        var end = text.BackOverBlanks(equals) + 1;
        return text.WordBefore(end).Is("cookie") && text.StartsAt(end - 15, "document.cookie") ? ProtocolDetector.Strong("session.fixation") : default;
    }

    private static ReadOnlySpan<char> HostAt(ReadOnlySpan<char> text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < 48 && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '.' or '-'))
            end++;
        return text[at..end];
    }

    /// <summary>Addresses without a scheme that a browser takes to another host, written as no honest link is.</summary>
    private static Finding Redirect(ReadOnlySpan<char> text)
    {
        var slashes = 0;
        while (text.At(slashes) is '/' or '\\' && slashes < 16)
            slashes++;
        if (slashes < 2)
            return default;
        // What reads as a host: "///<summary>" and "//TODO" do not.
        var host = text.Ahead(slashes, 64);
        var end = host.IndexOfAnyExcept(HostMarks);
        if (end >= 0)
            host = host[..end];
        if (host.IndexOf('.') < 1)
            return default;
        var odd = slashes > 2 || text[0] == '/' && text[..slashes].Contains('\\') || host.StartsAt(0, "%09") || host.StartsAt(0, "%5c") || host.StartsAt(0, "http:") || host.StartsAt(0, "https:") || host.Contains('@');
        return odd ? ProtocolDetector.Strong("redirect.hidden") : ProtocolDetector.Weak("redirect.relative");
    }
}
