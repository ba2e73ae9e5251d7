using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>rate_limit</c>: how many requests a window may hold.</summary>
public sealed record RateLimitSettings
{
    /// <summary>False: nothing is limited, for a proxy in front does it.</summary>
    public required bool Enabled { get; init; }

    /// <summary>All requests together.</summary>
    public required RateLimit Global { get; init; }

    /// <summary>Requests from one address.</summary>
    public required RateLimit PerIp { get; init; }

    /// <summary>Whether signed-in requests count by address, too, as in the guide. Many users behind one address may want false.</summary>
    public required bool PerIpSignedIn { get; init; }

    /// <summary>Requests of one user.</summary>
    public required RateLimit PerUser { get; init; }

    /// <summary>
    /// By route, <c>[METHOD ]/path/{parameter}</c>. The guide's three are always there; the file replaces one of them or
    /// adds others.
    /// </summary>
    public required IReadOnlyDictionary<string, RateLimit> Endpoints { get; init; }

    internal static RateLimitSettings Read(SectionReader section)
    {
        var perIp = section.Section("per_ip");
        var limits = new RateLimitSettings
        {
            Enabled = section.Value("enabled", "true", Words.Switch, "API_RATE_LIMIT_ENABLED"),
            Global = RateLimit.Read(section.Section("global"), "1000", "API_RATE_LIMIT_GLOBAL"),
            PerIp = RateLimit.Read(perIp, "100", "API_RATE_LIMIT_IP"),
            PerIpSignedIn = perIp.Value("signed_in", "true", Words.Switch),
            PerUser = RateLimit.Read(section.Section("per_user"), "500", "API_RATE_LIMIT_USER"),
            Endpoints = Merge(section.Map("endpoints", Texts.Route, (_, limit) => RateLimit.Read(limit))),
        };
        if (!limits.Enabled)
            section.Warn("enabled", "requests are not limited here; whoever is in front of the server has to");
        return limits;
    }

    private static Dictionary<string, RateLimit> Merge(IEnumerable<KeyValuePair<string, RateLimit>> given)
    {
        var limits = new Dictionary<string, RateLimit>
        {
            ["/api/v1/auth/login"] = new(5, TimeSpan.FromMinutes(1)),
            ["/api/v1/auth/register"] = new(3, TimeSpan.FromMinutes(5)),
            ["/api/v1/workspaces"] = new(50, TimeSpan.FromMinutes(1)),
        };
        foreach (var (path, limit) in given)
            limits[path] = limit;
        return limits;
    }
}

/// <summary>One limit.</summary>
/// <param name="Requests">Requests that a window holds.</param>
/// <param name="Window">Length of the sliding window.</param>
public sealed record RateLimit(int Requests, TimeSpan Window)
{
    private static readonly Form<int> Count = Numbers.Whole(1, 10_000_000);
    private static readonly Form<TimeSpan> Length = Durations.Between("1s", "24h");

    internal static RateLimit Read(SectionReader section, string requests, string variable) =>
        new(section.Value("requests", requests, Count, variable), section.Value("window", "1m", Length));

    internal static RateLimit Read(SectionReader section) =>
        new(section.Required("requests", Count), section.Required("window", Length));
}
