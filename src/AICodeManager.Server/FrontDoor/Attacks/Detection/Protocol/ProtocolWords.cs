using System.Buffers;
using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>Names of headers, commands, schemes and hosts that the protocol detector knows.</summary>
internal static class ProtocolWords
{
    /// <summary>Headers that change what a client or a proxy makes of an answer.</summary>
    public static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Headers = FoldedText.Words(
        "set-cookie", "location", "content-type", "content-length", "content-encoding", "content-disposition", "transfer-encoding", "connection", "refresh", "x-xss-protection",
        "access-control-allow-origin", "content-security-policy", "cookie", "x-forwarded-for", "x-forwarded-host", "remote-addr", "cache-control");

    /// <summary>Commands of HTTP, SMTP and POP3; capitals, as everybody writes them.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Commands = Capitals(
        "HTTP", "GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT", "MAIL", "RCPT", "EHLO", "HELO", "VRFY", "EXPN", "STARTTLS", "RETR", "DELE", "TOP", "UIDL", "QUIT", "RSET");

    /// <summary>Words of IMAP that follow a tag such as <c>A001</c>.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Mailbox = FoldedText.Words(
        "capability", "fetch", "examine", "search", "list", "lsub", "select", "login", "logout", "quit", "store", "copy", "append", "expunge", "create", "rename", "subscribe", "unsubscribe", "status",
        "authenticate");

    /// <summary>Names of hosts that lead to the metadata of a cloud.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Metadata = FoldedText.Words(
        "169.254.169.254", "169.254.170.2", "metadata.google.internal", "metadata.internal", "metadata", "100.100.100.200", "192.0.0.192", "instance-data", "metadata.packet.net", "rancher-metadata",
        "169.254.169.254.nip.io", "169.254.169.254.xip.io");

    /// <summary>Schemes that no web client follows, but many libraries of servers do.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Schemes = FoldedText.Words(
        "gopher", "dict", "ldap", "ldaps", "ldapi", "tftp", "rmi", "netdoc", "jar", "rtsp", "smb", "ogg", "imap", "pop3", "telnet");

    /// <summary>What programs that look for holes call themselves.</summary>
    public static readonly SearchValues<string> Scanners = SearchValues.Create(
        ["sqlmap/", "sqlmap.", "nikto", "nuclei", "acunetix", "netsparker", "nessus", "openvas", "w3af", "wpscan", "dirbuster", "gobuster", "feroxbuster", "masscan", "zgrab", "arachni", "havij", "joomscan",
         "commix", "jaeles", "whatweb", "fimap", "vega/", "skipfish", "webinspect", "appscan", "sqlninja", "dirsearch", "ffuf", "fuzz faster", "wfuzz", "owasp zap", "zaproxy", "burpcollaborator",
         "gotestwaf", "brutus", "hydra", "bsqlbf", "pangolin", "nmap scripting engine", "morfeus", "zmeu", "bbscan", "xsser"],
        StringComparison.OrdinalIgnoreCase);

    public static bool IsCommand(ReadOnlySpan<char> word) => Commands.Contains(word);

    public static bool IsMailbox(ReadOnlySpan<char> word) => Mailbox.Contains(word);

    public static bool IsMetadata(ReadOnlySpan<char> host) => Metadata.Contains(host);

    public static bool IsScheme(ReadOnlySpan<char> word) => Schemes.Contains(word);

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Capitals(params string[] words) =>
        words.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
