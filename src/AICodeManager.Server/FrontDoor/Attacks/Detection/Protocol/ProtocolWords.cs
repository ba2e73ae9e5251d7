using System.Buffers;
using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>Names of headers, commands and hosts that the protocol detector knows.</summary>
internal static class ProtocolWords
{
    /// <summary>Headers that change what a client or a proxy makes of an answer.</summary>
    public static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Headers = new[]
    {
        "set-cookie", "location", "content-type", "content-length", "content-encoding", "content-disposition", "transfer-encoding", "connection", "host", "refresh", "link", "x-xss-protection",
        "access-control-allow-origin", "content-security-policy", "cookie", "authorization", "x-forwarded-for", "x-forwarded-host", "remote-addr", "cache-control", "x-injected", "referer", "server",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Lines of HTTP, SMTP, POP3 and IMAP; each needs what it asks for behind it.</summary>
    public static readonly string[] Commands =
    [
        "HTTP/1.", "HTTP/2", "GET /", "POST /", "PUT /", "HEAD /", "DELETE /", "OPTIONS ", "TRACE /", "CONNECT ", "GET http", "POST http",
        "MAIL FROM:", "RCPT TO:", "EHLO ", "HELO ", "VRFY ", "EXPN ", "STARTTLS", "RETR ", "DELE ", "TOP ", "UIDL ", "XRCPT ",
        "QUIT", "RSET",
    ];

    /// <summary>Words of IMAP that follow a tag such as <c>A001</c>.</summary>
    public static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Imap = new[]
    {
        "capability", "fetch", "examine", "search", "list", "lsub", "select", "login", "logout", "quit", "store", "copy", "append", "expunge", "create", "rename", "subscribe", "unsubscribe", "status", "authenticate",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Names of hosts that lead back into the machine or to its cloud's metadata.</summary>
    public static readonly SearchValues<string> InnerHosts = SearchValues.Create(
        ["169.254.169.254", "metadata.google.internal", "metadata.internal", "100.100.100.200", "192.0.0.192", "instance-data", "fd00:ec2::254", "metadata.packet.net", "rancher-metadata"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Schemes that no web client follows, but many libraries of servers do.</summary>
    public static readonly string[] Schemes =
        ["gopher:", "dict:", "ldap:", "ldaps:", "ldapi:", "tftp:", "rmi:", "netdoc:", "sftp://", "jar:", "rtsp:", "smb:", "dns://", "ogg:", "imap:", "pop3:", "telnet:"];

    /// <summary>Parameters by whose names applications know a session, where the value is one too.</summary>
    public static readonly SearchValues<string> Scanners = SearchValues.Create(
        ["sqlmap/", "sqlmap.", "nikto", "nuclei", "acunetix", "netsparker", "nessus", "openvas", "w3af", "wpscan", "dirbuster", "gobuster", "feroxbuster", "masscan", "zgrab", "arachni", "havij", "joomscan",
         "commix", "jaeles", "whatweb", "fimap", "vega/", "skipfish", "grabber", "webinspect", "appscan", "qualys", "sqlninja", "absinthe", "dirsearch", "ffuf", "wfuzz", "owasp zap", "zaproxy", "burpcollaborator",
         "gotestwaf", "paros", "brutus", "hydra", "metis", "bsqlbf", "pangolin", "nmap scripting engine", "morfeus", "zmeu", "bbscan", "xsser", "xray"],
        StringComparison.OrdinalIgnoreCase);
}
