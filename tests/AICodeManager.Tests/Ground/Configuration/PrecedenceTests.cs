using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class PrecedenceTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void Without_file_and_variables_the_server_stands_on_safe_defaults()
    {
        var loaded = scene.Load();

        Assert.Null(loaded.File);
        Assert.Empty(loaded.NotYetInForce);
        Assert.Equal(["http://127.0.0.1:8080"], loaded.Settings.Host.Urls);
        Assert.Equal(scene.DataFolder, loaded.Settings.Host.DataFolder);
        Assert.Null(loaded.Settings.Host.DatabaseUrl);
        Assert.Null(loaded.Settings.Host.Sandbox);
        Assert.Equal("https://api.anthropic.com/", loaded.Settings.Host.AnthropicBaseUrl.AbsoluteUri);
        Assert.Equal(SessionStoreKind.Embedded, loaded.Settings.Session.Store);
        Assert.Equal(5.00m, loaded.Settings.Tasks.DefaultBudgetUsd);
        Assert.Empty(loaded.Settings.Projects.GitSources);
        Assert.Equal(new ModelPrice(3m, 15m, 3.75m, 0.3m), loaded.Settings.ModelGateway.Models[loaded.Settings.ModelGateway.Model]);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_says_so_where_they_differ()
    {
        var loaded = scene.File("rate_limit:\n  per_ip:\n    requests: 100\n  global:\n    requests: 1000\n")
            .With("API_RATE_LIMIT_IP", "50").With("API_RATE_LIMIT_GLOBAL", "1000").Load();

        Assert.Equal(50, loaded.Settings.RateLimit.PerIp.Requests);
        var notice = Assert.Single(loaded.Notices, notice => notice.Kind == NoticeKind.Overridden);
        Assert.Equal("rate_limit.per_ip.requests: API_RATE_LIMIT_IP wins over line 3 of config.yml", notice.ToString());
    }

    [Fact]
    public void The_file_wins_over_the_defaults() =>
        Assert.Equal(TimeSpan.FromMinutes(90), scene.File("jwt:\n  expiry: 1h30m\n").Settings().Jwt.Expiry);

    [Fact]
    public void An_empty_variable_counts_as_not_set() =>
        Assert.Equal(TimeSpan.FromHours(24), scene.With("JWT_EXPIRY", "").Settings().Jwt.Expiry);

    [Fact]
    public void An_override_notice_shows_no_secret()
    {
        var notices = scene.File($"jwt:\n  secret_key: {Scene.Key('f')}\n").With("JWT_SECRET_KEY", Scene.Key('e')).Load().Notices;
        Assert.Contains(notices, notice => notice.Kind == NoticeKind.Overridden);
        Assert.All(notices, notice => Assert.DoesNotContain("TqLr7Zk", notice.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_variable_of_the_guide_reaches_its_setting()
    {
        foreach (var (name, value) in Scene.GuideEnvironment())
            scene.With(name, value);
        var settings = scene
            .With("JWT_ISSUER", "issuer").With("JWT_AUDIENCE", "audience").With("JWT_EXPIRY", "2h")
            .With("API_RATE_LIMIT_GLOBAL", "11").With("API_RATE_LIMIT_USER", "12").With("API_RATE_LIMIT_IP", "13")
            .With("CSRF_TRUSTED_ORIGINS", "https://a.example, https://b.example:8443")
            .With("LOG_LEVEL", "debug").With("AUDIT_LOG_ENABLED", "false").With("SECURITY_LOG_ENABLED", "false")
            .With("DOCKER_SECURITY_PROFILE", "strict").With("DOCKER_RESOURCE_LIMITS", "enabled").Settings();

        Assert.Equal(Scene.Key('j'), settings.Jwt.SecretKey.Reveal());
        Assert.Equal(("issuer", "audience", TimeSpan.FromHours(2)), (settings.Jwt.Issuer, settings.Jwt.Audience, settings.Jwt.Expiry));
        Assert.Equal("1234.apps.googleusercontent.com", settings.OAuth2.Google!.ClientId);
        Assert.Equal("GOCSPX-0a1b2c3d4e5f", settings.OAuth2.Google.ClientSecret.Reveal());
        Assert.Equal("Iv1.0123456789abcdef", settings.OAuth2.GitHub!.ClientId);
        Assert.StartsWith("0f1e", settings.OAuth2.GitHub.ClientSecret.Reveal(), StringComparison.Ordinal);
        Assert.Equal(Scene.Key('s'), settings.Session.SecretKey.Reveal());
        Assert.Equal(SessionStoreKind.Redis, settings.Session.Store);
        Assert.Equal("redis://localhost:6379/0", settings.Session.Redis.Url!.Reveal());
        Assert.Equal("k0rven-delta", settings.Session.Redis.Password!.Reveal());
        Assert.Equal((11, 12, 13), (settings.RateLimit.Global.Requests, settings.RateLimit.PerUser.Requests, settings.RateLimit.PerIp.Requests));
        Assert.Equal(Scene.Key('c'), settings.Csrf.SecretKey.Reveal());
        Assert.Equal(["https://a.example", "https://b.example:8443"], settings.Csrf.TrustedOrigins);
        Assert.Equal(Scene.Key('d'), settings.Database.Encryption.Key.Reveal());
        Assert.Equal(LogLevel.Debug, settings.Host.LogLevel);
        Assert.Equal((false, false), (settings.Audit.Enabled, settings.Audit.SecurityLog));
    }

    [Fact]
    public void The_outer_contracts_variables_reach_the_host()
    {
        var host = scene.With("AICLI_DATA", "kept").With("AICLI_URLS", "http://127.0.0.1:0;http://[::1]:9000")
            .With("AICLI_ADMIN_EMAIL", "admin@example.org").With("AICLI_ADMIN_PASSWORD", "a password of theirs")
            .With("DATABASE_URL", "postgresql://u:p@db:5432/aicli").With("AICLI_SANDBOX", "bubblewrap")
            .With("ANTHROPIC_API_KEY", "sk-ant-api03-0a1b2c").With("ANTHROPIC_BASE_URL", "https://proxy.example/anthropic/").Settings().Host;

        Assert.Equal(Path.Combine(scene.Folder, "kept"), host.DataFolder);
        Assert.Equal(["http://127.0.0.1:0", "http://[::1]:9000"], host.Urls);
        Assert.Equal("admin@example.org", host.AdminEmail);
        Assert.Equal("a password of theirs", host.AdminPassword!.Reveal());
        Assert.Equal("postgresql://u:p@db:5432/aicli", host.DatabaseUrl!.Reveal());
        Assert.Equal(SandboxChoice.Bubblewrap, host.Sandbox);
        Assert.Equal("sk-ant-api03-0a1b2c", host.AnthropicApiKey!.Reveal());
        Assert.Equal("https://proxy.example/anthropic", host.AnthropicBaseUrl.AbsoluteUri);
    }

    [Fact]
    public void An_ipv6_host_becomes_an_address_with_brackets() =>
        Assert.Equal(["http://[::1]:8080"], scene.File("server:\n  host: '::1'\n").Settings().Host.Urls);

    [Fact]
    public void The_file_that_AICLI_CONFIG_names_is_read_and_its_folder_is_where_paths_start()
    {
        var folder = Directory.CreateDirectory(Path.Combine(scene.Folder, "etc")).FullName;
        File.WriteAllText(Path.Combine(folder, "seccomp.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "my.yml"), "docker:\n  security:\n    security_profiles:\n      seccomp: seccomp.json\n");

        var loaded = scene.With("AICLI_CONFIG", "etc/my.yml").Load();

        Assert.Equal(Path.Combine(folder, "my.yml"), loaded.File);
        Assert.Equal(Path.Combine(folder, "seccomp.json"), loaded.Settings.Docker.Seccomp);
        Assert.Equal(scene.DataFolder, loaded.Settings.Host.DataFolder);
    }

    [Theory]
    [InlineData("${A}", "x")]
    [InlineData("p-${A}-${B}", "p-x-${A}")]
    [InlineData("$${A}", "${A}")]
    [InlineData("$A $ $$", "$A $ $$")]
    public void Variables_are_expanded_once_and_dollars_can_be_meant(string written, string read) =>
        Assert.Equal(read, scene.With("A", "x").With("B", "${A}").File($"jwt:\n  issuer: '{written}'\n").Settings().Jwt.Issuer);

    [Theory]
    [InlineData("${NOT_SET}", "NOT_SET, which is not set")]
    [InlineData("a${EMPTY}", "EMPTY, which is not set")]
    [InlineData("${}", "without a name")]
    [InlineData("${a b}", "without a name")]
    [InlineData("${1A}", "without a name")]
    [InlineData("${A", "without a name")]
    public void A_variable_that_is_not_set_or_not_a_name_is_a_fault(string written, string problem) =>
        Assert.Contains(problem, scene.With("EMPTY", "").File($"jwt:\n  issuer: '{written}'\n").Fault().Problem, StringComparison.Ordinal);

    [Fact]
    public void A_secret_that_names_an_unset_variable_is_a_fault_and_is_not_generated()
    {
        Assert.Equal("jwt.secret_key", scene.File("jwt:\n  secret_key: ${JWT_SECRET_KEY}\n").Fault().Key);
        Assert.False(Directory.Exists(scene.DataFolder));
    }

    [Fact]
    public void A_price_in_the_file_changes_only_what_it_names()
    {
        var models = scene.File("""
            model_gateway:
              model: house-model
              models:
                claude-haiku-4-5: {input: 0.8}
                house-model: {input: 0, output: 0, cache_write: 0, cache_read: 0}
            """).Settings().ModelGateway.Models;

        Assert.Equal(new ModelPrice(0.8m, 5m, 1.25m, 0.1m), models["claude-haiku-4-5"]);
        Assert.Equal(new ModelPrice(0, 0, 0, 0), models["house-model"]);
        Assert.Equal(new ModelPrice(5m, 25m, 6.25m, 0.5m), models["claude-opus-4-8"]);
    }

    [Fact]
    public void A_role_in_the_file_replaces_its_namesake_and_leaves_the_others()
    {
        var roles = scene.File("rbac:\n  roles:\n    viewer:\n      permissions: ['task:read']\n    auditor:\n      permissions: ['audit:*']\n").Settings().Rbac.Roles;

        Assert.Equal(["task:read"], roles["viewer"].Permissions);
        Assert.Equal(["audit:*"], roles["auditor"].Permissions);
        Assert.Contains("system:*", roles["admin"].Permissions);
    }
}
