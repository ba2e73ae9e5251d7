using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>rbac</c>: roles and what they may do.</summary>
public sealed record RbacSettings
{
    /// <summary>Always true: access control cannot be switched off.</summary>
    public required bool Enabled { get; init; }

    /// <summary>How long a decision may be kept.</summary>
    public required TimeSpan CacheTtl { get; init; }

    /// <summary>Decisions kept at most.</summary>
    public required int CacheSize { get; init; }

    /// <summary>By name. The guide's three are always there; the file replaces one of them or adds others.</summary>
    public required IReadOnlyDictionary<string, RoleSettings> Roles { get; init; }

    internal static RbacSettings Read(SectionReader section)
    {
        var cache = section.Section("cache");
        return new()
        {
            Enabled = section.Value("enabled", "true", Words.AlwaysOn),
            CacheTtl = cache.Value("ttl", "5m", Durations.Between("1s", "1h")),
            CacheSize = cache.Value("size", "1000", Numbers.Whole(1, 1_000_000)),
            Roles = Merge(section.Map("roles", Texts.RoleName, (_, role) => RoleSettings.Read(role))),
        };
    }

    private static Dictionary<string, RoleSettings> Merge(IEnumerable<KeyValuePair<string, RoleSettings>> given)
    {
        var roles = new Dictionary<string, RoleSettings>
        {
            ["admin"] = new("System administrator", ["system:*", "user:*", "workspace:*", "project:*", "task:*"]),
            ["user"] = new("Ordinary user",
            [
                "workspace:create", "workspace:read", "workspace:update", "workspace:delete:own",
                "project:create", "project:read:own", "project:update:own", "project:delete:own", "task:*:own",
            ]),
            ["viewer"] = new("User who may only read", ["workspace:read:own", "project:read:own", "task:read:own"]),
        };
        foreach (var (name, role) in given)
            roles[name] = role;
        return roles;
    }
}

/// <summary>One role.</summary>
/// <param name="Description">For people.</param>
/// <param name="Permissions"><c>resource:action[:own]</c>, <c>*</c> for any resource or action.</param>
public sealed record RoleSettings(string Description, IReadOnlyList<string> Permissions)
{
    internal static RoleSettings Read(SectionReader section) => new(
        section.Value("description", "-", Texts.Line),
        section.RequiredList("permissions", Forms.Permissions.Permission));
}
