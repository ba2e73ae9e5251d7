using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>Which sandbox was asked for by name.</summary>
public enum SandboxChoice
{
    Docker,
    Bubblewrap,

    /// <summary>None at all; each task says so.</summary>
    None,
}

/// <summary>What only the environment gives: where this server stands, and whom it talks to.</summary>
public sealed record HostSettings
{
    /// <summary>Absolute path of the folder for everything that is kept (<c>AICLI_DATA</c>).</summary>
    public required string DataFolder { get; init; }

    /// <summary>Absolute path of the file that was read (<c>AICLI_CONFIG</c>); null where there was none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Addresses to listen on (<c>AICLI_URLS</c>), otherwise from <c>server.host</c> and <c>server.port</c>; all https where TLS is on.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>The first administrator to create (<c>AICLI_ADMIN_EMAIL</c>); null for none.</summary>
    public required string? AdminEmail { get; init; }

    /// <summary>That administrator's password (<c>AICLI_ADMIN_PASSWORD</c>); given exactly when the address is.</summary>
    public required Secret? AdminPassword { get; init; }

    /// <summary><c>postgres://…</c> (<c>DATABASE_URL</c>); null for SQLite in the data folder.</summary>
    public required Secret? DatabaseUrl { get; init; }

    /// <summary>The sandbox asked for (<c>AICLI_SANDBOX</c>); null to take the best that answers, never none.</summary>
    public required SandboxChoice? Sandbox { get; init; }

    /// <summary>The key of the model's provider (<c>ANTHROPIC_API_KEY</c>); null for the scripted model.</summary>
    public required Secret? AnthropicApiKey { get; init; }

    /// <summary>Upstream of the model gateway (<c>ANTHROPIC_BASE_URL</c>): its path, if any, ends without a slash.</summary>
    public required Uri AnthropicBaseUrl { get; init; }

    /// <summary>Absolute path of a database of places in MaxMind's format (<c>GEOIP_DATABASE</c>); null for none.</summary>
    public required string? GeoIpDatabase { get; init; }

    /// <summary>The least level that is logged (<c>LOG_LEVEL</c>).</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>Read before all else: kept secrets lie below it.</summary>
    internal static string ReadDataFolder(SectionReader environment, string workingFolder) =>
        environment.Variable("AICLI_DATA", "data", Paths.Any(Path.GetFullPath(workingFolder)))!;

    internal static LogLevel ReadLogLevel(SectionReader environment) => environment.Variable("LOG_LEVEL", "info", Words.OneOf(
        ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information),
        ("warn", LogLevel.Warning), ("warning", LogLevel.Warning), ("error", LogLevel.Error)));

    internal static HostSettings Read(
        SectionReader environment, ServerSettings server, TlsSettings tls, string dataFolder, string workingFolder)
    {
        var host = new HostSettings
        {
            DataFolder = dataFolder,
            Urls = [.. environment.Variable("AICLI_URLS", Url(server), Forms.Urls.Listen).Select(tls.Over)],
            AdminEmail = environment.OptionalVariable("AICLI_ADMIN_EMAIL", Texts.Email),
            AdminPassword = environment.OptionalVariable("AICLI_ADMIN_PASSWORD", Secrets.Password),
            DatabaseUrl = environment.OptionalVariable("DATABASE_URL", Forms.Urls.Postgres),
            Sandbox = environment.OptionalVariable("AICLI_SANDBOX", Words.OneOf<SandboxChoice?>(
                ("docker", SandboxChoice.Docker), ("bubblewrap", SandboxChoice.Bubblewrap), ("none", SandboxChoice.None))),
            AnthropicApiKey = environment.OptionalVariable("ANTHROPIC_API_KEY", Secrets.Credential),
            AnthropicBaseUrl = environment.Variable("ANTHROPIC_BASE_URL", "https://api.anthropic.com", Forms.Urls.Base),
            GeoIpDatabase = environment.OptionalVariable("GEOIP_DATABASE", Paths.Existing(workingFolder)),
            LogLevel = ReadLogLevel(environment),
        };
        if (!tls.Enabled && host.Urls.Any(url => url.StartsWith("https:", StringComparison.Ordinal)))
            environment.VariableFault("AICLI_URLS", "names https while security.tls.enabled is false", "http://address:port, or security.tls with its files");
        if (!environment.IsSet("AICLI_ADMIN_EMAIL") && environment.IsSet("AICLI_ADMIN_PASSWORD"))
            environment.VariableFault("AICLI_ADMIN_PASSWORD", "is set without AICLI_ADMIN_EMAIL", "both or neither");
        if (environment.IsSet("AICLI_ADMIN_EMAIL") && !environment.IsSet("AICLI_ADMIN_PASSWORD"))
            environment.VariableFault("AICLI_ADMIN_EMAIL", "is set without AICLI_ADMIN_PASSWORD", "both or neither");
        return host;
    }

    private static string Url(ServerSettings server) =>
        server.Host.Contains(':') ? $"http://[{server.Host}]:{server.Port}" : $"http://{server.Host}:{server.Port}";
}
