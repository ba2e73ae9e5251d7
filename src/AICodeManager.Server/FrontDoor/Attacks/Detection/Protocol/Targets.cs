namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>
/// Addresses that a server should not be sent to. An address by name or of a usual private network is weak at most (developers
/// have them everywhere, and who fetches checks it where it connects); one that is hidden behind an odd spelling is not honest.
/// </summary>
internal static class Targets
{
    public static Finding Judge(ReadOnlySpan<char> text)
    {
        if (text.Has("document.cookie") && text.Contains('='))
            return ProtocolDetector.Strong("session.fixation");
        foreach (var scheme in ProtocolWords.Schemes)
            if (text.StartsAt(0, scheme) && text.Ahead(0, 16).Contains('/') && !text.Contains(' '))
                return ProtocolDetector.Strong("ssrf.scheme");
        var colon = text.Ahead(0, 64).IndexOf(':');
        if (text.ContainsAny(ProtocolWords.InnerHosts) && (text.Contains("//", StringComparison.Ordinal) || !text.Contains(' ')))
            return ProtocolDetector.Strong("ssrf.metadata");
        if (text.StartsAt(0, "unix:") && text.Contains('|'))
            return ProtocolDetector.Strong("ssrf.socket");
        if (colon >= 0 && (text.StartsAt(0, "http") || text.StartsAt(0, "ftp")))
            return Address.Judge(text, colon + 1);
        return Redirect(text);
    }

    /// <summary>Addresses without a scheme that a browser takes to another host, written as no honest link is.</summary>
    private static Finding Redirect(ReadOnlySpan<char> text)
    {
        if (text.Length < 4 || text.Contains(' ') || text[0] is not ('/' or '\\'))
            return default;
        var slashes = 0;
        while (text.At(slashes) is '/' or '\\')
            slashes++;
        var host = text[slashes..];
        if (slashes < 2 || host.IsEmpty)
            return default;
        var odd = slashes > 2 || text[..slashes].Contains('\\') && text[0] == '/' || host.StartsAt(0, "%09") || host.StartsAt(0, "%5c") || host.StartsAt(0, "http") || host.Ahead(0, 64).Contains('@');
        return ProtocolDetector.Weak(odd ? "redirect.hidden" : "redirect.relative");
    }
}
