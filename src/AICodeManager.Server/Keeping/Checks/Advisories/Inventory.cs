using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using AICodeManager.Server.Keeping.Checks.Readings;

namespace AICodeManager.Server.Keeping.Checks.Advisories;

/// <summary>One thing that this server runs on.</summary>
public sealed record Component(string Ecosystem, string Package, string Version)
{
    public override string ToString() => $"{Package} {Version}";
}

/// <summary>What runs, read from the build and the process themselves; nothing is asked of anybody outside.</summary>
public sealed record Inventory(IReadOnlyList<Component> Components)
{
    public const string NuGet = "NuGet", Npm = "npm", System = "system";

    /// <summary>Our runtime and framework stand in the same list as packages do: their advisories name these.</summary>
    public const string Runtime = "Microsoft.NETCore.App", Framework = "Microsoft.AspNetCore.App", Agent = "@anthropic-ai/claude-code";

    public static Inventory Of(PostgresReading? postgres, RedisReading? redis, SandboxReading? sandbox) => new(
    [
        new(NuGet, Runtime, Environment.Version.ToString()),
        new(NuGet, Framework, InformationalVersion(typeof(WebApplication).Assembly)),
        .. Packages(),
        new(System, "SQLite", SqliteVersion()),
        .. OpenSsl() is { } openSsl ? [new Component(System, "OpenSSL", openSsl)] : Array.Empty<Component>(),
        .. postgres is null ? [] : new[] { new Component(System, "PostgreSQL", postgres.Version.Split(' ')[0]) },
        .. redis is null ? [] : new[] { new Component(System, "Redis", redis.Version) },
        .. sandbox?.AgentVersion is { } agent ? [new Component(Npm, Agent, agent)] : Array.Empty<Component>(),
        .. sandbox is { Engine: "docker" } ? [new Component(System, "Docker", DockerVersion(sandbox.Detail))] : Array.Empty<Component>(),
    ]);

    // The build's own list names every package it was made from, whether or not it was needed so far.
    private static IEnumerable<Component> Packages()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "aicli-web.deps.json");
        if (!File.Exists(file))
            return AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic && a.GetName().Name is { } name && !name.StartsWith("System.", StringComparison.Ordinal))
                .Select(a => new Component(NuGet, a.GetName().Name!, InformationalVersion(a)));
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. document.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package")
            .Select(library => library.Name.Split('/', 2))
            .Select(name => new Component(NuGet, name[0], name[1]))];
    }

    private static string InformationalVersion(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "0").Split('+')[0];

    private static string SqliteVersion()
    {
        Ground.Storage.SystemSqlite.Use();
        return SQLitePCL.raw.sqlite3_libversion().utf8_to_string();
    }

    // 0xMNN00PP0 since 3.0 (OPENSSL_VERSION_NUMBER); nothing where the platform brings something else.
    private static string? OpenSsl()
    {
        if (!OperatingSystem.IsLinux() || SafeEvpPKeyHandle.OpenSslVersion is var number && number == 0)
            return null;
        return $"{number >> 28}.{(number >> 20) & 0xff}.{(number >> 4) & 0xff}";
    }

    private static string DockerVersion(string detail) => detail.Replace("Docker ", "", StringComparison.Ordinal).Split(',')[0];
}
