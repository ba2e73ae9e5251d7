namespace AICodeManager.Tests.Ground.Configuration;

public sealed class FaultTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void All_faults_come_at_once_each_with_its_line_or_variable()
    {
        var faults = scene.File("""
            server:
              port: "eighty"
              read_timout: 30s
              idle_timeout: 10
            jwt:
              secret_key: short
              expiry: 99h99
            csrf:
              secret_key: your-csrf-secret-32-characters-or-more
              trusted_origins: ["https://a.example/app", "ftp://b.example"]
            database:
              backup:
                schedule: "0 25 * * *"
            docker:
              security:
                resources:
                  memory_limit: 2gb
                  pids_limit: 0
            nonsense: 1
            server:
              port: 1
            """).With("API_RATE_LIMIT_IP", "many").With("DOCKER_RESOURCE_LIMITS", "disabled").Faults();

        Assert.Equal(
            [
                (2, "server.port"), (3, "server.read_timout"), (4, "server.idle_timeout"), (6, "jwt.secret_key"), (7, "jwt.expiry"),
                (9, "csrf.secret_key"), (10, "csrf.trusted_origins[0]"), (10, "csrf.trusted_origins[1]"), (13, "database.backup.schedule"),
                (17, "docker.security.resources.memory_limit"), (18, "docker.security.resources.pids_limit"), (19, "nonsense"), (20, "server"),
            ],
            faults.Where(fault => fault.Variable is null).Select(fault => ((int)fault.Line!, fault.Key!)));
        Assert.Equal(["API_RATE_LIMIT_IP", "DOCKER_RESOURCE_LIMITS"], faults.Where(fault => fault.Variable is not null).Select(fault => fault.Variable));
        Assert.All(faults, fault => Assert.False(string.IsNullOrEmpty(fault.Accepted)));
        Assert.Contains("did you mean 'read_timeout'", faults[1].Problem, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scene.DataFolder));
    }

    [Fact]
    public void A_fault_reads_as_one_line_with_file_line_key_and_what_is_accepted() =>
        Assert.Equal(
            "config.yml:2: server.port: 'x' is not a whole number. Accepted: a whole number from 1 to 65535",
            scene.File("server:\n  port: x\n").Fault().ToString());

    [Fact]
    public void A_fault_of_the_environment_names_the_variable_and_the_key() =>
        Assert.StartsWith("JWT_EXPIRY (jwt.expiry): 'soon' is not a duration", scene.With("JWT_EXPIRY", "soon").Fault().ToString(), StringComparison.Ordinal);

    [Fact]
    public void Faults_never_show_secrets_wherever_they_come_from()
    {
        var secrets = new[] { "hunter2hunter2", "s3cr3t-in-variable", "pa55-in-url", "postgres-pw" };
        var text = string.Join('\n', scene.File("""
            server:
              port: ${PORT_OR_SECRET}
            jwt:
              secret_key: hunter2hunter2
              issuer: "${PORT_OR_SECRET}\a"
            session:
              redis:
                url: http://:pa55-in-url@redis/
            """).With("PORT_OR_SECRET", "s3cr3t-in-variable").With("DATABASE_URL", "mysql://u:postgres-pw@db/x").Faults());

        Assert.Contains("'${PORT_OR_SECRET}' is not a whole number", text, StringComparison.Ordinal);
        Assert.Equal(5, text.Split('\n').Length);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_cannot_forge_a_second_line_of_the_report()
    {
        var fault = scene.File("server:\n  port: \"1\\nconfig.yml:1: all is well\"\n  \"a\\nb\": 1\n").Faults();
        Assert.All(fault, one => Assert.DoesNotContain('\n', one.ToString()));
    }

    [Theory]
    [InlineData("server: 5", 1, "server")]
    [InlineData("server:\n  port: [1]", 2, "server.port")]
    [InlineData("server:\n  port: {a: 1}", 2, "server.port")]
    [InlineData("server:\n  port:", 2, "server.port")]
    [InlineData("csrf:\n  trusted_origins: https://a.example", 2, "csrf.trusted_origins")]
    [InlineData("csrf:\n  trusted_origins:\n    - [x]", 3, "csrf.trusted_origins[0]")]
    [InlineData("rbac:\n  roles:\n    admin: all", 3, "rbac.roles.admin")]
    [InlineData("rbac:\n  enabled: yes", 2, "rbac.enabled")]
    [InlineData("monitoring:\n  alerts:\n    channels: [email]", 3, "monitoring.alerts.channels[0]")]
    public void A_value_of_the_wrong_kind_is_a_fault_on_its_line(string file, int line, string key)
    {
        var fault = scene.File(file).Fault();
        Assert.Equal((line, key), ((int)fault.Line!, fault.Key));
    }

    [Theory]
    [InlineData("rbac:\n  enabled: false")]
    [InlineData("docker:\n  security:\n    isolation:\n      enabled: false")]
    [InlineData("docker:\n  security:\n    isolation:\n      user_namespace: false")]
    [InlineData("docker:\n  security:\n    isolation:\n      pid_namespace: false")]
    [InlineData("docker:\n  security:\n    isolation:\n      network_namespace: false")]
    [InlineData("docker:\n  security:\n    network:\n      isolate_containers: false")]
    [InlineData("database:\n  encryption:\n    enabled: false")]
    [InlineData("jwt:\n  blacklist:\n    enabled: false")]
    public void A_protection_cannot_be_switched_off(string file) =>
        Assert.Contains("cannot be switched off", scene.File(file).Fault().Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("security:\n  cors:\n    allowed_origins: ['*']\n    allow_credentials: true", "security.cors.allowed_origins")]
    [InlineData("session:\n  security:\n    session_timeout: 5m", "session.security.idle_timeout")]
    [InlineData("session:\n  store: redis", "session.store")]
    [InlineData("session:\n  redis:\n    url: redis://someone:secret@h/1", "session.redis.url")]
    [InlineData("session:\n  redis:\n    url: redis://secret@h/1", "session.redis.url")]
    [InlineData("session:\n  redis:\n    url: redis://h\n    pool_size: 3", "session.redis.pool_size")]
    [InlineData("session:\n  redis:\n    url: redis://h/1\n    db: 2", "session.redis.db")]
    [InlineData("model_gateway:\n  model: claude-of-tomorrow", "model_gateway.model")]
    [InlineData("model_gateway:\n  models:\n    new-model: {input: 1, output: 2, cache_write: 1}", "model_gateway.models.new-model.cache_read")]
    [InlineData("rbac:\n  roles:\n    auditor:\n      description: reads", "rbac.roles.auditor.permissions")]
    [InlineData("rate_limit:\n  endpoints:\n    /x?y=1: {requests: 1, window: 1m}", "rate_limit.endpoints")]
    [InlineData("rate_limit:\n  endpoints:\n    post /x: {requests: 1, window: 1m}", "rate_limit.endpoints")]
    [InlineData("rate_limit:\n  endpoints:\n    \"/x/{a b}\": {requests: 1, window: 1m}", "rate_limit.endpoints")]
    [InlineData("rate_limit:\n  endpoints:\n    /x: {requests: 1}", "rate_limit.endpoints./x.window")]
    public void Values_that_contradict_each_other_or_are_missing_are_faults(string file, string key) =>
        Assert.Equal(key, scene.File(file).Fault().Key);

    [Fact]
    public void A_report_about_rubbish_is_bounded()
    {
        var faults = scene.File(string.Concat(Enumerable.Range(0, 5000).Select(i => $"k{i}: 1\n"))).Faults();

        Assert.Equal(201, faults.Count);
        Assert.Equal("and 4800 more faults", faults[^1].Problem);
    }

    [Fact]
    public void A_broken_file_does_not_hide_what_is_wrong_in_the_environment()
    {
        var faults = scene.File("server:\n  host: 'x\n").With("JWT_EXPIRY", "soon").Faults();

        Assert.Equal(2, faults.Count);
        Assert.StartsWith("is not valid YAML", faults[0].Problem, StringComparison.Ordinal);
        Assert.Equal("JWT_EXPIRY", faults[1].Variable);
    }

    [Theory]
    [InlineData("AICLI_ADMIN_EMAIL", "admin@example.org")]
    [InlineData("AICLI_ADMIN_EMAIL", "admin")]
    [InlineData("AICLI_ADMIN_PASSWORD", "long enough for anyone")]
    [InlineData("DATABASE_URL", "Server=db;Password=x")]
    [InlineData("AICLI_SANDBOX", "off")]
    [InlineData("AICLI_URLS", "https://127.0.0.1:8443")]
    [InlineData("AICLI_URLS", "http://example.org:8080")]
    [InlineData("AICLI_URLS", "http://127.0.0.1:8080/base")]
    [InlineData("ANTHROPIC_BASE_URL", "https://key@api.example")]
    [InlineData("ANTHROPIC_BASE_URL", "https://api.example/?x=1")]
    [InlineData("ANTHROPIC_BASE_URL", "api.example")]
    [InlineData("ANTHROPIC_API_KEY", "your-api-key")]
    [InlineData("LOG_LEVEL", "loud")]
    [InlineData("AUDIT_LOG_ENABLED", "1")]
    [InlineData("DOCKER_SECURITY_PROFILE", "none")]
    [InlineData("DOCKER_RESOURCE_LIMITS", "disabled")]
    [InlineData("GEOIP_DATABASE", "/no/such/file")]
    [InlineData("CSRF_TRUSTED_ORIGINS", "https://a.example,https://b.example/")]
    [InlineData("JWT_SECRET_KEY", "your-super-secret-jwt-key-at-least-32-characters")]
    public void A_wrong_variable_is_named(string variable, string value) =>
        Assert.All(scene.With(variable, value).Faults(), fault => Assert.Equal(variable, fault.Variable));

    [Fact]
    public void A_missing_file_that_was_named_is_a_fault()
    {
        var fault = scene.With("AICLI_CONFIG", "elsewhere.yml").Fault();
        Assert.Equal("elsewhere.yml: does not exist. Accepted: a readable YAML file of at most 1048576 bytes, in UTF-8", fault.ToString());
    }
}
