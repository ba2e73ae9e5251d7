using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>rate_limit</c>: how many requests a window may hold.</summary>
public sealed record RateLimitSettings
{
    /// <summary>All requests together.</summary>
    public required RateLimit Global { get; init; }

    /// <summary>Requests from one address.</summary>
    public required RateLimit PerIp { get; init; }

    /// <summary>Requests of one user.</summary>
    public required RateLimit PerUser { get; init; }

    /// <summary>By path. The guide's three are always there; the file replaces one of them or adds others.</summary>
    public required IReadOnlyDictionary<string, RateLimit> Endpoints { get; init; }

    internal static RateLimitSettings Read(SectionReader section) => new()
    {
        Global = RateLimit.Read(section.Section("global"), "1000", "API_RATE_LIMIT_GLOBAL"),
        PerIp = RateLimit.Read(section.Section("per_ip"), "100", "API_RATE_LIMIT_IP"),
        PerUser = RateLimit.Read(section.Section("per_user"), "500", "API_RATE_LIMIT_USER"),
        Endpoints = Merge(section.Map("endpoints", Texts.RequestPath, (_, limit) => RateLimit.Read(limit))),
    };

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
