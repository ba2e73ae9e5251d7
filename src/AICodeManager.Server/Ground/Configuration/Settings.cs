using AICodeManager.Server.Ground.Configuration.Reading;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Ground.Configuration;

/// <summary>
/// Every setting of the server, one property for each section of <c>config.yml</c>: the guide's twelve, our own
/// five, and what only the environment gives. Made by <see cref="ConfigurationLoader"/>; never changed afterwards.
/// </summary>
public sealed record Settings
{
    public required ServerSettings Server { get; init; }
    public required SecuritySettings Security { get; init; }
    public required JwtSettings Jwt { get; init; }
    public required OAuth2Settings OAuth2 { get; init; }
    public required RbacSettings Rbac { get; init; }
    public required SessionSettings Session { get; init; }
    public required RateLimitSettings RateLimit { get; init; }
    public required CsrfSettings Csrf { get; init; }
    public required DatabaseSettings Database { get; init; }
    public required AuditSettings Audit { get; init; }
    public required MonitoringSettings Monitoring { get; init; }
    public required DockerSettings Docker { get; init; }

    public required TaskSettings Tasks { get; init; }
    public required ProjectSettings Projects { get; init; }
    public required ModelGatewaySettings ModelGateway { get; init; }
    public required PasskeySettings Passkeys { get; init; }
    public required ClientKeySettings ClientKeys { get; init; }

    public required HostSettings Host { get; init; }

    internal static Settings Read(SectionReader root, string dataFolder, string workingFolder)
    {
        var server = ServerSettings.Read(root.Section("server"));
        var security = SecuritySettings.Read(root.Section("security"));
        return new()
        {
            Server = server,
            Security = security,
            Jwt = JwtSettings.Read(root.Section("jwt")),
            OAuth2 = OAuth2Settings.Read(root.Section("oauth2")),
            Rbac = RbacSettings.Read(root.Section("rbac")),
            Session = SessionSettings.Read(root.Section("session")),
            RateLimit = RateLimitSettings.Read(root.Section("rate_limit")),
            Csrf = CsrfSettings.Read(root.Section("csrf"), security.Cors),
            Database = DatabaseSettings.Read(root.Section("database").NotYetInForce()),
            Audit = AuditSettings.Read(root.Section("audit")),
            Monitoring = MonitoringSettings.Read(root.Section("monitoring")),
            Docker = DockerSettings.Read(root.Section("docker")),
            Tasks = TaskSettings.Read(root.Section("tasks")),
            Projects = ProjectSettings.Read(root.Section("projects")),
            ModelGateway = ModelGatewaySettings.Read(root.Section("model_gateway")),
            Passkeys = PasskeySettings.Read(root.Section("passkeys")),
            ClientKeys = ClientKeySettings.Read(root.Section("client_keys")),
            Host = HostSettings.Read(root, server, dataFolder, workingFolder),
        };
    }
}
