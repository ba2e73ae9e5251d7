using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>One place outside that audit events are sent to: <see cref="SyslogStream"/> or <see cref="WebhookStream"/>.</summary>
public abstract record AuditStream
{
    /// <summary>Names it in the table of cursors, the list of streams and the metrics; its type where nothing else is said.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>syslog</c> or <c>webhook</c>.</summary>
    public abstract string Type { get; }

    internal static AuditStream? Read(SectionReader section)
    {
        AuditStream? stream = section.Required("type", Words.OneOf("syslog", "webhook")) switch
        {
            "syslog" => SyslogStream.ReadSyslog(section),
            "webhook" => new WebhookStream(WebTarget.Read(section, "url"), section.Required("secret", Secrets.Webhook)),
            _ => null,
        };
        if (stream is null)
        {
            section.AcceptAllKeys();
            return null;
        }

        return stream with { Name = section.Optional("name", Texts.ChannelName) ?? "" };
    }

    /// <summary>Gives a name to those that have none.</summary>
    internal static IReadOnlyList<AuditStream> Named(IReadOnlyList<AuditStream> streams)
    {
        var named = new List<AuditStream>();
        foreach (var stream in streams)
        {
            var before = named.Count(one => one.Type == stream.Type);
            named.Add(stream.Name.Length > 0 ? stream : stream with { Name = before == 0 ? stream.Type : $"{stream.Type}-{before + 1}" });
        }

        return named;
    }
}

/// <summary>To a program, signed as alerts are.</summary>
/// <param name="Secret">Signs, see <c>docs/audit.md</c>.</param>
public sealed record WebhookStream(WebTarget Target, Secret Secret) : AuditStream
{
    public override string Type => "webhook";
}
