using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>security</c>: TLS, cross-origin requests and security headers.</summary>
public sealed record SecuritySettings
{
    public required TlsSettings Tls { get; init; }
    public required CorsSettings Cors { get; init; }
    public required HeaderSettings Headers { get; init; }

    internal static SecuritySettings Read(SectionReader section) => new()
    {
        Tls = TlsSettings.Read(section.Section("tls").NotYetInForce()),
        Cors = CorsSettings.Read(section.Section("cors")),
        Headers = HeaderSettings.Read(section.Section("headers")),
    };
}
