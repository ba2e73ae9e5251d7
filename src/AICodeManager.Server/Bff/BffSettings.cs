using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Bff;

/// <summary>
/// What the BFF reads of the configuration: its own secret and how its cookies are. It knows no secret of the API and
/// makes none.
/// </summary>
public sealed record BffSettings
{
    public required KeyCookieSettings Cookie { get; init; }

    /// <summary><c>session.security.secure_cookie</c>: must be what the API has, for it names the cookies.</summary>
    public required bool SecureCookie { get; init; }

    /// <summary><c>security.headers</c>: of the BFF's own answers; what it passes on has the API's.</summary>
    public required HeaderSettings Headers { get; init; }

    public required LogLevel LogLevel { get; init; }

    /// <exception cref="ConfigurationException">Something of it is wrong; everything that is stands in it.</exception>
    public static BffSettings Load(IReadOnlyDictionary<string, string> environment, string workingFolder) =>
        ConfigurationLoader.LoadPart(environment, workingFolder, (root, _) => new BffSettings
        {
            Cookie = KeyCookieSettings.Read(root.Section("client_keys").Section("cookie")),
            SecureCookie = root.Section("session").Section("security").Value("secure_cookie", "true", Words.Switch),
            Headers = HeaderSettings.Read(root.Section("security").Section("headers")),
            LogLevel = HostSettings.ReadLogLevel(root),
        }).Part;
}
