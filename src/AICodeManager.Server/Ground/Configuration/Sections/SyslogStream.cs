using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>How syslog messages travel.</summary>
public enum SyslogTransport
{
    /// <summary>RFC 5426: one datagram a message, of which any may be lost.</summary>
    Udp,

    /// <summary>RFC 6587, octet counting.</summary>
    Tcp,

    /// <summary>RFC 5425.</summary>
    Tls,
}

/// <summary>Where a syslog server listens.</summary>
/// <param name="Host">A name or an IP address, without brackets.</param>
public sealed record SyslogAddress(SyslogTransport Transport, string Host, int Port)
{
    internal static readonly Form<SyslogAddress?> Form = new("udp://host:port, tcp://host:port or tls://host:port", text => Outcome.Of(Parse(text)) is { Value: not null } found
        ? found
        : Outcome.Wrong<SyslogAddress?>("is not such an address"));

    public override string ToString() => $"{Transport.ToString().ToLowerInvariant()}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";

    private static SyslogAddress? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url is not { UserInfo: "", Query: "", Fragment: "", Port: > 0 }
            || url.AbsolutePath is not ("" or "/") || text.Any(char.IsWhiteSpace)
            || Texts.RemoteHost.Read(url.Host.Trim('[', ']')) is not { Problem: null, Value: var host })
        {
            return null;
        }

        return url.Scheme switch
        {
            "udp" => new(SyslogTransport.Udp, host, url.Port),
            "tcp" => new(SyslogTransport.Tcp, host, url.Port),
            "tls" => new(SyslogTransport.Tls, host, url.Port),
            _ => null,
        };
    }
}

/// <summary>To a syslog server, in the form of RFC 5424.</summary>
/// <param name="Facility">0 to 23 (RFC 5424, table 1).</param>
/// <param name="AppName">APP-NAME, 1 to 48 printable ASCII characters.</param>
/// <param name="EnterpriseNumber">Behind the <c>@</c> of the structured data's name (RFC 5424 section 7.2.2).</param>
/// <param name="CaFile">PEM file of authorities that are believed instead of the system's; null for the system's.</param>
public sealed record SyslogStream(SyslogAddress Address, int Facility, string AppName, int EnterpriseNumber, string? CaFile) : AuditStream
{
    private static readonly Form<int> Facilities = Words.OneOf(
        ("user", 1), ("daemon", 3), ("auth", 4), ("authpriv", 10), ("audit", 13), ("local0", 16), ("local1", 17), ("local2", 18), ("local3", 19),
        ("local4", 20), ("local5", 21), ("local6", 22), ("local7", 23));

    public override string Type => "syslog";

    internal static SyslogStream? ReadSyslog(SectionReader section)
    {
        var address = section.Required("address", SyslogAddress.Form);
        var stream = new SyslogStream(
            address!,
            section.Value("facility", "authpriv", Facilities),
            section.Value("app_name", "aicli-web", Texts.SyslogName),
            section.Value("enterprise_number", "32473", Numbers.Whole(1, int.MaxValue)),
            section.Optional("ca_file", Paths.Existing(section.BaseFolder)));
        if (address is null)
            return null;
        if (stream.CaFile is not null && address.Transport != SyslogTransport.Tls)
            section.Fault("ca_file", "is given, but the address is not tls://", "an address that begins with tls://, or no ca_file");
        if (address.Transport == SyslogTransport.Udp)
            section.Warn("address", "is udp://: events can be lost, read and changed on their way; tls:// is not");
        else if (address.Transport == SyslogTransport.Tcp)
            section.Warn("address", "is tcp://: events can be read and changed on their way; tls:// is not");
        return stream;
    }
}
