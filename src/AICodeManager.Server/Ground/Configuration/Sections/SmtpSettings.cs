using System.Net;
using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>How the connection to a mail server is kept from being read.</summary>
public enum SmtpSecurity
{
    /// <summary>Plain at first, TLS before anything is said (RFC 3207); a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,

    /// <summary>Never TLS: to a server on this machine only.</summary>
    None,
}

/// <summary><c>monitoring.alerts.smtp</c>: where e-mail is handed in.</summary>
public sealed record SmtpSettings
{
    public required string Host { get; init; }
    public required int Port { get; init; }
    public required SmtpSecurity Security { get; init; }

    /// <summary>Null to hand in without signing in.</summary>
    public required string? Username { get; init; }

    public required Secret? Password { get; init; }

    /// <summary>The sender's address.</summary>
    public required string From { get; init; }

    /// <summary>The sender's name.</summary>
    public required string FromName { get; init; }

    /// <summary>PEM file of authorities that are believed instead of the system's; null for the system's.</summary>
    public required string? CaFile { get; init; }

    /// <summary>Null where the section is left out.</summary>
    internal static SmtpSettings? Read(SectionReader section)
    {
        var faultsBefore = section.FaultCount;
        var security = section.Value("security", "starttls", Words.OneOf(
            ("starttls", SmtpSecurity.StartTls), ("tls", SmtpSecurity.Tls), ("none", SmtpSecurity.None)));
        var host = section.Optional("host", Texts.RemoteHost);
        var settings = new SmtpSettings
        {
            Host = host ?? "",
            Security = security,
            Port = section.Value("port", security switch { SmtpSecurity.Tls => "465", SmtpSecurity.StartTls => "587", _ => "25" }, Numbers.Whole(1, 65_535)),
            Username = section.Optional("username", Texts.Line),
            Password = section.Optional("password", Secrets.Credential),
            From = section.Optional("from", Texts.Mailbox) ?? "",
            FromName = section.Value("from_name", "AICode Manager", Texts.Line),
            CaFile = section.Optional("ca_file", Paths.Existing(section.BaseFolder)),
        };
        if (section.FaultCount > faultsBefore)
            return null;
        settings.Check(section);
        return host is null ? null : settings;
    }

    private void Check(SectionReader section)
    {
        var given = From.Length > 0 || Username is not null || Password is not null || CaFile is not null;
        if (Host.Length == 0 && given)
            section.Fault("host", "is missing, though other keys are given", Texts.RemoteHost.Accepted);
        if (Host.Length == 0)
            return;
        if (From.Length == 0)
            section.Fault("from", "is missing", Texts.Mailbox.Accepted);
        if ((Username is null) != (Password is null))
            section.Fault(Username is null ? "username" : "password", "is missing, though its counterpart is given", "both or neither");
        if (Security != SmtpSecurity.None)
            return;
        if (Host != "localhost" && !(IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address)))
            section.Fault("security", "is none, but the server is not on this machine", "starttls or tls");
        if (Username is not null)
            section.Fault("username", "would be sent without TLS", "starttls or tls as security, or no user name");
    }
}
