using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Limits, detection, blocks and sessions.</summary>
internal static class DefenceChecks
{
    private const int StandingDays = 30, PlacesDays = 180, Shown = 5;

    private static readonly string[] Guarded = ["/api/v1/auth/login", "/api/v1/auth/register"];

    public static Task<Finding> RateLimitsAsync(CheckScene scene, CancellationToken cancel)
    {
        var limits = scene.Settings.RateLimit;
        if (!limits.Enabled)
            return Task.FromResult(Finding.Fail("nothing is limited here"));
        var open = Guarded.Where(path => !limits.Endpoints.TryGetValue(path, out var limit) || limit.Requests / limit.Window.TotalMinutes > 60).ToList();
        return Task.FromResult(open.Count > 0
            ? Finding.Warn($"more than 60 a minute are let through, or no limit of its own: {string.Join(", ", open)}")
            : Finding.Pass($"{limits.PerIp.Requests} a {limits.PerIp.Window.TotalSeconds:0} s and address, {limits.PerUser.Requests} a {limits.PerUser.Window.TotalSeconds:0} s and user, {limits.Endpoints.Count} routes of their own"));
    }

    public static Task<Finding> DetectionAsync(CheckScene scene, CancellationToken cancel)
    {
        var detection = scene.Settings.Monitoring.AttackDetection;
        (string Name, DetectionMode Mode)[] classes =
        [
            ("sql_injection", detection.SqlInjection.Mode), ("xss_detection", detection.XssDetection.Mode), ("command_injection", detection.CommandInjection.Mode),
            ("path_traversal", detection.PathTraversal.Mode), ("protocol", detection.Protocol.Mode),
        ];
        var weak = classes.Where(one => one.Mode != DetectionMode.Block).ToList();
        return Task.FromResult(weak.Count == 0 ? Finding.Pass($"{classes.Length} classes are refused")
            : new(weak.Any(one => one.Mode == DetectionMode.Off) ? CheckResult.Fail : CheckResult.Warn,
                string.Join(", ", weak.Select(one => $"{one.Name} is {one.Mode.ToString().ToLowerInvariant()}"))));
    }

    public static Task<Finding> ExemptionsAsync(CheckScene scene, CancellationToken cancel)
    {
        var detection = scene.Settings.Monitoring.AttackDetection;
        var wide = detection.AllowedNetworks.Select(network => network.ToString()).ToList();
        return Task.FromResult(detection.DisabledRules.Count + wide.Count == 0 ? Finding.Pass("no rule is off and no network is exempt")
            : Finding.Warn($"rules that are off: {List(detection.DisabledRules)}; networks that are never blocked: {List(wide)}"));

        static string List(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names.Take(Shown));
    }

    public static Task<Finding> BruteForceAsync(CheckScene scene, CancellationToken cancel)
    {
        var guard = scene.Settings.Monitoring.AttackDetection.BruteForce;
        return Task.FromResult(!guard.Enabled ? Finding.Fail("off: only single accounts lock")
            : Finding.When(guard.MaxAttempts <= 20, $"{guard.MaxAttempts} failures in {guard.Window.TotalMinutes:0} min block for {guard.BlockDuration.TotalMinutes:0} min", CheckResult.Warn));
    }

    public static Task<Finding> LockoutAsync(CheckScene scene, CancellationToken cancel)
    {
        var policies = scene.Settings.Session.Security.Policies;
        return Task.FromResult(Finding.When(
            policies.MaxFailedAttempts <= 10 && policies.LockoutDuration >= TimeSpan.FromMinutes(5),
            $"{policies.MaxFailedAttempts} failures lock for {policies.LockoutDuration.TotalMinutes:0} min", CheckResult.Warn));
    }

    public static async Task<Finding> BlocksAsync(CheckScene scene, CancellationToken cancel)
    {
        var before = scene.Now.AddDays(-StandingDays);
        var networks = await scene.ReadAsync(r => r.QueryAsync<string>(
            "SELECT network FROM blocks WHERE lifted_at IS NULL AND until > @Now AND created_at < @before ORDER BY created_at", new { scene.Now, before }), cancel);
        var active = await scene.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM blocks WHERE lifted_at IS NULL AND until > @Now", new { scene.Now }), cancel);
        return networks.Count > 0
            ? Finding.Warn($"{networks.Count} of {active} have stood for more than {StandingDays} days: {string.Join(", ", networks.Take(Shown))}")
            : Finding.Pass($"{active} in force, none for longer than {StandingDays} days");
    }

    public static Task<Finding> SessionLimitsAsync(CheckScene scene, CancellationToken cancel)
    {
        var (session, jwt) = (scene.Settings.Session.Security, scene.Settings.Jwt);
        (bool Good, string Said)[] limits =
        [
            (session.SessionTimeout <= TimeSpan.FromHours(24), $"sessions end after {session.SessionTimeout.TotalMinutes:0} min"),
            (session.IdleTimeout <= TimeSpan.FromHours(8), $"idle ones after {session.IdleTimeout.TotalMinutes:0} min"),
            (session.MaxConcurrentSessions <= 20, $"{session.MaxConcurrentSessions} a user"),
            (jwt.Expiry <= TimeSpan.FromHours(24), $"access tokens after {jwt.Expiry.TotalHours:0.#} h"),
            (jwt.RefreshExpiry <= TimeSpan.FromDays(30), $"refresh tokens after {jwt.RefreshExpiry.TotalHours:0} h"),
        ];
        return Task.FromResult(Finding.Worst([.. limits.Select(one => Finding.When(one.Good, one.Said, CheckResult.Warn))]));
    }

    public static Task<Finding> RiskAsync(CheckScene scene, CancellationToken cancel)
    {
        var session = scene.Settings.Session.Security;
        List<string> off = [];
        if (!session.DeviceTracking)
            off.Add("device_tracking is off");
        if (!session.Policies.RequireReauthenticationOnIpChange)
            off.Add("require_reauthentication_on_ip_change is off");
        if (session.GeoLocationCheck && scene.Host.PlacesMadeAt is null)
            off.Add("geo_location_check has no database of places (GEOIP_DATABASE)");
        if (scene.Host.PlacesMadeAt is { } made && (scene.Now - made).TotalDays > PlacesDays)
            off.Add($"the database of places is of {made:yyyy-MM-dd}");
        return Task.FromResult(off.Count > 0 ? Finding.Warn(string.Join("; ", off)) : Finding.Pass("address, browser and place of a session are watched"));
    }

    public static Task<Finding> KeyAbuseAsync(CheckScene scene, CancellationToken cancel)
    {
        var abuse = scene.Settings.ClientKeys.Abuse;
        return Task.FromResult(abuse.Policy == KeyAbusePolicy.RevokeKey ? Finding.Warn("revoke_key: who knows a key's id can sign its owner out")
            : Finding.When(abuse.SuspendOnEvidence, abuse.SuspendOnEvidence
                ? $"sources are slowed after {abuse.Threshold} bad signatures; keys in two hands are suspended" : "keys in two hands go on working", CheckResult.Warn));
    }
}
