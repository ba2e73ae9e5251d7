using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class GuideFileTests : IDisposable
{
    private readonly Scene scene = new();

    public GuideFileTests()
    {
        foreach (var (name, value) in Scene.GuideEnvironment())
            scene.With(name, value);
    }

    public void Dispose() => scene.Dispose();

    [Fact]
    public void The_guides_file_has_exactly_the_faults_that_are_its_own()
    {
        var faults = scene.File(GuideFile.Text).Faults();

        Assert.Equal(
            [
                (11, "security.tls.cert_file"), (12, "security.tls.key_file"), (17, "security.tls.ciphers[2]"),
                (LineOf("webhook_url"), "monitoring.alerts.channels[1].webhook_url"),
                (LineOf("seccomp:"), "docker.security.security_profiles.seccomp"),
            ],
            faults.Select(fault => ((int)fault.Line!.Value, fault.Key)));
        Assert.Contains("CBC", faults[2].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mended_file_loads_and_says_what_is_not_yet_in_force()
    {
        var loaded = scene.File(GuideFile.Mended(scene.Folder)).Load();

        Assert.Equal(ExpectedNotYetInForce, loaded.NotYetInForce);
        Assert.Equal(
            ["security.headers.xss_protection", "security.headers.csp", "monitoring.alerts.smtp.host", "server.allowed_hosts"],
            loaded.Notices.Where(notice => notice.Kind == NoticeKind.Warning).Select(notice => notice.Key));
        Assert.DoesNotContain(loaded.Notices, notice => notice.Kind is NoticeKind.Overridden or NoticeKind.Generated);
    }

    [Fact]
    public void Every_value_of_the_file_reaches_its_setting()
    {
        var settings = scene.File(GuideFile.Mended(scene.Folder)).Settings();

        Assert.Equal(["https://0.0.0.0:8080"], settings.Host.Urls);
        Assert.Equal(TimeSpan.FromSeconds(60), settings.Server.IdleTimeout);
        Assert.Equal(3, settings.Security.Tls.Ciphers.Count);
        Assert.Equal(TimeSpan.FromHours(1), settings.Security.Cors.MaxAge);
        Assert.Equal(Scene.Key('j'), settings.Jwt.SecretKey.Reveal());
        Assert.Equal(TimeSpan.FromDays(7), settings.Jwt.RefreshExpiry);
        Assert.Equal(10000, settings.Jwt.Blacklist.MaxEntries);
        Assert.Equal("/auth/callback/google", settings.OAuth2.Google!.RedirectUrl!.AbsolutePath);
        Assert.Equal(["user:email", "read:user"], settings.OAuth2.GitHub!.Scopes);
        Assert.Equal("관리자", settings.Rbac.Roles["admin"].Description);
        Assert.Equal(SessionStoreKind.Redis, settings.Session.Store);
        Assert.Equal(Scene.Key('s'), settings.Session.SecretKey.Reveal());
        Assert.Equal(5, settings.Session.Security.Policies.MaxFailedAttempts);
        Assert.Equal(new RateLimit(3, TimeSpan.FromMinutes(5)), settings.RateLimit.Endpoints["/api/v1/auth/register"]);
        Assert.Equal(["https://yourdomain.com", "https://www.yourdomain.com"], settings.Csrf.TrustedOrigins);
        Assert.Equal("0 2 * * *", settings.Database.Backup.Schedule);
        Assert.Equal(TimeSpan.FromDays(30), settings.Database.Backup.Retention);
        Assert.Equal(AuditStorage.Database, settings.Audit.Storage);
        Assert.Equal(@"union\s+select", settings.Monitoring.AttackDetection.SqlInjection.Patterns[0]);
        Assert.Equal(["admin@yourdomain.com"], Assert.IsType<EmailChannel>(settings.Monitoring.Alerts.Channels[0]).Recipients);
        Assert.IsType<SlackChannel>(settings.Monitoring.Alerts.Channels[1]);
        Assert.Equal(2L << 30, settings.Docker.Resources.MemoryLimit);
        Assert.Equal([80, 443], settings.Docker.Network.AllowedPorts);
    }

    [Fact]
    public void The_embedded_defaults_are_the_guides_values()
    {
        using var empty = new Scene();
        var (guide, defaults) = (scene.File(GuideFile.Mended(scene.Folder)).Settings(), empty.Settings());

        Assert.Equal(guide.Server with { Host = "127.0.0.1" }, defaults.Server);
        Assert.Equal(guide.Jwt.Expiry, defaults.Jwt.Expiry);
        Assert.Equal(guide.Jwt.Blacklist, defaults.Jwt.Blacklist);
        Assert.Equal(guide.Session.Security, defaults.Session.Security);
        Assert.Equal(guide.RateLimit.Global, defaults.RateLimit.Global);
        Assert.Equal(guide.RateLimit.PerIp, defaults.RateLimit.PerIp);
        Assert.Equal(guide.RateLimit.PerUser, defaults.RateLimit.PerUser);
        Assert.Equal(guide.RateLimit.Endpoints, defaults.RateLimit.Endpoints);
        Assert.Equal(guide.Database.Backup, defaults.Database.Backup);
        Assert.Equal(guide.Docker.Resources, defaults.Docker.Resources);
        Assert.Equal(guide.Monitoring.AttackDetection.BruteForce, defaults.Monitoring.AttackDetection.BruteForce);
        // The detector knows what the guide's patterns look for, and more (GuidePatternTests); they need not run as well.
        Assert.Equal(4, guide.Monitoring.AttackDetection.SqlInjection.Patterns.Count);
        Assert.Empty(defaults.Monitoring.AttackDetection.SqlInjection.Patterns);
        Assert.Equal(guide.Audit.Events.DataAccess, defaults.Audit.Events.DataAccess);
        Assert.Equal(guide.Rbac.Roles.Keys, defaults.Rbac.Roles.Keys);
        Assert.All(guide.Rbac.Roles, role => Assert.Equal(role.Value.Permissions, defaults.Rbac.Roles[role.Key].Permissions));
        Assert.Equal(guide.OAuth2.Google!.Scopes, ["openid", "profile", "email"]);
        Assert.Null(defaults.OAuth2.Google);
    }

    [Fact]
    public void A_provider_whose_two_variables_are_not_set_is_absent()
    {
        scene.Environment.Remove("GOOGLE_CLIENT_ID");
        scene.Environment.Remove("GOOGLE_CLIENT_SECRET");
        var settings = scene.File(GuideFile.Mended(scene.Folder)).Settings();

        Assert.Null(settings.OAuth2.Google);
        Assert.NotNull(settings.OAuth2.GitHub);
    }

    [Fact]
    public void A_provider_with_only_one_of_its_two_variables_is_a_fault()
    {
        scene.Environment.Remove("GOOGLE_CLIENT_SECRET");
        var fault = scene.File(GuideFile.Mended(scene.Folder)).Fault();

        Assert.Equal("oauth2.google.client_secret", fault.Key);
    }

    private static int LineOf(string text) =>
        GuideFile.Text.Split('\n').Index().First(line => line.Item.Contains(text, StringComparison.Ordinal)).Index + 1;

    private static readonly string[] ExpectedNotYetInForce =
    [
        "audit.events.authentication", "audit.events.authorization", "audit.events.data_access", "audit.events.security",
        "docker.security.isolation.user_namespace", "docker.security.security_profiles.apparmor",
        "docker.security.network.bridge_name", "docker.security.network.isolate_containers", "docker.security.network.allowed_ports",
    ];
}
