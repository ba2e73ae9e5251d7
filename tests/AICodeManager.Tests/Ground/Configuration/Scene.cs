using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Tests.Ground.Configuration;

/// <summary>An empty working folder of its own, with a configuration file where the test writes one.</summary>
internal sealed class Scene : IDisposable
{
    /// <summary>A key nobody would guess, different for each letter.</summary>
    public static string Key(char letter) => $"{letter}9vXo2TqLr7ZkWm4Yp8NsEh6JdBf1GcU0aVi5{letter}";

    /// <summary>The environment of the guide, its placeholders replaced.</summary>
    public static Dictionary<string, string> GuideEnvironment() => new()
    {
        ["JWT_SECRET_KEY"] = Key('j'),
        ["JWT_ISSUER"] = "aicli-web",
        ["JWT_AUDIENCE"] = "aicli-users",
        ["JWT_EXPIRY"] = "24h",
        ["GOOGLE_CLIENT_ID"] = "1234.apps.googleusercontent.com",
        ["GOOGLE_CLIENT_SECRET"] = "GOCSPX-0a1b2c3d4e5f",
        ["GITHUB_CLIENT_ID"] = "Iv1.0123456789abcdef",
        ["GITHUB_CLIENT_SECRET"] = "0f1e2d3c4b5a69788796a5b4c3d2e1f0aabbccdd",
        ["SESSION_SECRET_KEY"] = Key('s'),
        ["BFF_SECRET_KEY"] = Key('b'),
        ["SESSION_REDIS_URL"] = "redis://localhost:6379/0",
        ["SESSION_REDIS_PASSWORD"] = "k0rven-delta",
        ["CSRF_SECRET_KEY"] = Key('c'),
        ["DB_ENCRYPTION_KEY"] = Key('d'),
    };

    public string Folder { get; } = Directory.CreateTempSubdirectory("aicm-config-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public string DataFolder => Path.Combine(Folder, "data");

    public Scene File(string text)
    {
        System.IO.File.WriteAllText(Path.Combine(Folder, "config.yml"), text);
        return this;
    }

    public Scene With(string variable, string value)
    {
        Environment[variable] = value;
        return this;
    }

    public LoadedConfiguration Load() => ConfigurationLoader.Load(Environment, Folder);

    public Settings Settings() => Load().Settings;

    public IReadOnlyList<ConfigurationFault> Faults() => Assert.Throws<ConfigurationException>(Load).Faults;

    /// <summary>The one fault that there is.</summary>
    public ConfigurationFault Fault() => Assert.Single(Faults());

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
