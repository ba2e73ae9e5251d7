using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Checks;
using AICodeManager.Server.Keeping.Checks.Advisories;
using AICodeManager.Server.Keeping.Checks.Readings;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>How each item of the table is broken, and how bad that is.</summary>
internal static class Breaks
{
    private const string Bob = "33333333-3333-7333-8333-333333333333";

    public static readonly IReadOnlyDictionary<string, (CheckResult Result, Func<CheckLab, Task> Break)> All = new Dictionary<string, (CheckResult, Func<CheckLab, Task>)>
    {
        ["tls_enabled"] = (CheckResult.Fail, Set(s => s with { Security = s.Security with { Tls = s.Security.Tls with { Enabled = false } } })),
        ["tls_certificate"] = (CheckResult.Warn, async lab =>
        {
            await Certificates.AgeAsync(lab.Scene.Settings.Security.Tls.CertFile!, nearlyOver: false);
            lab.Change(scene => scene with { Server = CheckLab.Once<ServerReading?>(null) });
        }),
        ["tls_versions"] = (CheckResult.Fail, Set(s => s with { Security = s.Security with { Tls = s.Security.Tls with { MinVersion = "1.1" } } })),
        ["security_headers"] = (CheckResult.Fail, Scene(s => s with
        {
            Server = CheckLab.Once<ServerReading?>(CheckLab.Server with { Headers = new Dictionary<string, string> { ["x-frame-options"] = "DENY" } }),
        })),
        ["hsts"] = (CheckResult.Warn, Set(s => s with { Security = s.Security with { Headers = s.Security.Headers with { HstsMaxAge = TimeSpan.Zero } } })),
        ["allowed_hosts"] = (CheckResult.Warn, Set(s => s with { Edge = s.Edge with { AllowedHosts = [] } })),
        ["trusted_proxies"] = (CheckResult.Fail, Set(s => s with { Edge = s.Edge with { TrustedProxies = [System.Net.IPNetwork.Parse("0.0.0.0/0")] } })),
        ["cors_origins"] = (CheckResult.Fail, Set(s => s with { Security = s.Security with { Cors = s.Security.Cors with { AllowedOrigins = ["*"] } } })),
        ["csrf_origins"] = (CheckResult.Fail, Set(s => s with { Csrf = s.Csrf with { TrustedOrigins = ["http://app.example"] } })),
        ["cookies_secure"] = (CheckResult.Fail, Set(s => s with { Csrf = s.Csrf with { SecureCookie = false } })),
        ["sign_in_redirects"] = (CheckResult.Fail, Set(s => s with { OAuth2 = s.OAuth2 with { Google = s.OAuth2.Google! with { RedirectUrl = new("http://manager.example/auth/callback/google") } } })),

        ["secrets_strong"] = (CheckResult.Fail, Set(s => s with { Csrf = s.Csrf with { SecretKey = new Secret(CheckLab.Weak) } })),
        ["secrets_separate"] = (CheckResult.Fail, Set(s => s with { Csrf = s.Csrf with { SecretKey = s.Jwt.SecretKey } })),
        ["secrets_age"] = (CheckResult.Warn, async lab =>
        {
            await Item("secrets_age").Look(lab.Scene, TestContext.Current.CancellationToken);
            lab.Clock.Advance(TimeSpan.FromDays(400));
        }),
        ["files_private"] = (CheckResult.Fail, Scene(s => s with { Host = s.Host with { OpenToOthers = ["/data/secrets/jwt (0644)"] } })),
        ["database_key_apart"] = (CheckResult.Warn, lab =>
        {
            var kept = new SecretsFolder(Path.Combine(lab.Scene.Settings.Host.DataFolder, "secrets"));
            kept.Create("database");
            lab.Set(s => s with { Database = s.Database with { Encryption = s.Database.Encryption with { Key = kept.Find("database")! } } });
            return Task.CompletedTask;
        }),
        ["admin_password_removed"] = (CheckResult.Warn, Scene(s => s with { Host = s.Host with { AdminPasswordSet = true } })),

        ["vault_opens"] = (CheckResult.Fail, lab => lab.SqlAsync(
            "INSERT INTO totp_factors (user_id, secret, attempts, last_step, created_at) VALUES (@Admin, @Sealed, 0, 0, 1)",
            new { CheckLab.Admin, Sealed = "v2.1." + new string('A', 64) })),
        ["vault_key_age"] = (CheckResult.Warn, lab => lab.SqlAsync("UPDATE vault_keys SET created_at = @Old", new { Old = lab.Scene.Now.AddDays(-366) })),

        ["database_integrity"] = (CheckResult.Fail, lab => lab.DamageAsync("audit_events_by_name")),
        ["database_schema"] = (CheckResult.Fail, lab => lab.SqlAsync("DELETE FROM schema_migrations WHERE number = 16")),
        ["database_role"] = (CheckResult.Fail, Postgres(p => p with { Powers = "superuser" })),
        ["database_transport"] = (CheckResult.Fail, Postgres(p => p with { Tls = false })),
        ["database_checksums"] = (CheckResult.Warn, Postgres(p => p with { Checksums = "off" })),
        ["redis_protected"] = (CheckResult.Fail, Redis(r => r with { OpenToAll = true })),
        ["redis_transport"] = (CheckResult.Fail, Redis(r => r with { Tls = false })),
        ["redis_eviction"] = (CheckResult.Fail, Redis(r => r with { Eviction = "allkeys-lru" })),
        ["redis_persistence"] = (CheckResult.Warn, Redis(r => r with { AppendOnly = false })),
        ["redis_version"] = (CheckResult.Warn, Redis(r => r with { Version = "5.0.14" })),
        ["clocks_agree"] = (CheckResult.Fail, lab => { lab.Clock.Advance(TimeSpan.FromSeconds(-10)); return Task.CompletedTask; }),

        ["rate_limits"] = (CheckResult.Fail, Set(s => s with { RateLimit = s.RateLimit with { Enabled = false } })),
        ["attack_detection"] = (CheckResult.Warn, Detection(d => d with { Protocol = d.Protocol with { Mode = DetectionMode.Detect } })),
        ["attack_exemptions"] = (CheckResult.Warn, Detection(d => d with { DisabledRules = ["sql.union"] })),
        ["brute_force"] = (CheckResult.Fail, Detection(d => d with { BruteForce = d.BruteForce with { Enabled = false } })),
        ["account_lockout"] = (CheckResult.Warn, Session(s => s with { Policies = s.Policies with { MaxFailedAttempts = 100 } })),
        ["blocks_standing"] = (CheckResult.Warn, lab => lab.SqlAsync(
            "INSERT INTO blocks (id, network, scope, reason, created_at, until, changed_at) VALUES ('b', '203.0.113.0/24', 'all', 'manual', @Old, @Later, @Old)",
            new { Old = lab.Scene.Now.AddDays(-40), Later = lab.Scene.Now.AddDays(40) })),
        ["session_limits"] = (CheckResult.Warn, Session(s => s with { SessionTimeout = TimeSpan.FromDays(30) })),
        ["session_risk"] = (CheckResult.Warn, Scene(s => s with { Host = s.Host with { PlacesMadeAt = null } })),
        ["key_abuse_policy"] = (CheckResult.Warn, Set(s => s with { ClientKeys = s.ClientKeys with { Abuse = s.ClientKeys.Abuse with { Policy = KeyAbusePolicy.RevokeKey } } })),

        ["alerts_configured"] = (CheckResult.Fail, Set(s => s with { Monitoring = s.Monitoring with { Alerts = s.Monitoring.Alerts with { Channels = [] } } })),
        ["alerts_delivered"] = (CheckResult.Fail, lab => lab.SqlAsync("UPDATE alert_deliveries SET state = 'failed'")),
        ["audit_enabled"] = (CheckResult.Fail, Set(s => s with { Audit = s.Audit with { Enabled = false } })),
        ["audit_complete"] = (CheckResult.Fail, lab => lab.EventsAsync("audit_overflow", 1)),

        ["audit_chain"] = (CheckResult.Fail, lab => lab.SqlAsync("UPDATE audit_events SET reason = 'other' WHERE name = 'login'")),
        ["audit_elsewhere"] = (CheckResult.Fail, lab => lab.SqlAsync("UPDATE audit_streams SET failures = 9, waiting_since = @Old", new { Old = lab.Scene.Now.AddHours(-2) })),
        ["audit_retention"] = (CheckResult.Warn, Set(s => s with { Audit = s.Audit with { Retention = TimeSpan.FromDays(30) } })),
        ["backups_enabled"] = (CheckResult.Fail, Set(s => s with { Database = s.Database with { Backup = s.Database.Backup with { Enabled = false } } })),
        ["backup_recent"] = (CheckResult.Fail, lab => { lab.Clock.Advance(TimeSpan.FromHours(49)); return Task.CompletedTask; }),
        ["restore_drill"] = (CheckResult.Fail, async lab =>
        {
            var file = Directory.GetFiles(lab.Scene.Settings.Database.Backup.Folder!, "*.aicb").Single();
            var bytes = await File.ReadAllBytesAsync(file);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes);
        }),

        ["administrators_second_factor"] = (CheckResult.Fail, lab => lab.SqlAsync("UPDATE users SET second_factor = 0")),
        ["administrators_number"] = (CheckResult.Fail, lab => lab.SqlAsync("UPDATE users SET role = 'user'")),
        ["accounts_unused"] = (CheckResult.Warn, lab => lab.UserAsync(Bob, $"created_at = {lab.Scene.Now.AddDays(-91).ToUnixTimeMilliseconds()}")),
        ["disabled_accounts_signed_in"] = (CheckResult.Fail, async lab =>
        {
            await lab.UserAsync(Bob, "disabled_at = 1");
            await lab.SqlAsync(
                "INSERT INTO coordination_records (shard, kind, name, set_name, place, data, version, ends_at, idle, seen_at, ended, over_at) VALUES (@Shard, 'record', 's:1', 'sessions', 1, '{}', 1, @Later, 1, 1, '', @Later)",
                new { Shard = Guid.Parse(Bob).ToString("N"), Later = lab.Scene.Now.AddMinutes(9) });
        }),
        ["disabled_accounts_members"] = (CheckResult.Warn, async lab =>
        {
            await lab.UserAsync(Bob, "disabled_at = 1");
            await lab.SqlAsync("INSERT INTO workspaces (id, named_by, name, created_at) VALUES ('w', @Bob, 'lost', 1)", new { Bob });
            await lab.SqlAsync("INSERT INTO workspace_members (workspace_id, user_id, role, added_by, created_at) VALUES ('w', @Bob, 'owner', @Bob, 1)", new { Bob });
        }),
        ["roles_narrow"] = (CheckResult.Warn, Set(s => s with
        {
            Rbac = s.Rbac with { Roles = new Dictionary<string, RoleSettings>(s.Rbac.Roles) { ["helper"] = new("Helper", ["user:*"]) } },
        })),

        ["client_keys_old"] = (CheckResult.Warn, lab => lab.KeyAsync("created_at = @Old", new { Old = lab.Scene.Now.AddDays(-91) })),
        ["client_keys_unused"] = (CheckResult.Warn, lab => lab.KeyAsync("last_used_at = @Old", new { Old = lab.Scene.Now.AddDays(-91) })),
        ["client_keys_suspended"] = (CheckResult.Warn, lab => lab.KeyAsync("suspended_at = 1, suspended_reason = 'nonce_reused'")),
        ["signing_keys_age"] = (CheckResult.Warn, lab => lab.SqlAsync("UPDATE signing_keys SET created_at = @Old", new { Old = lab.Scene.Now.AddDays(-366) })),

        ["failed_logins"] = (CheckResult.Warn, lab => lab.EventsAsync("login_failed", 51)),
        ["permission_denied"] = (CheckResult.Warn, lab => lab.EventsAsync("permission_denied", 51)),
        ["attacks_seen"] = (CheckResult.Warn, lab => lab.EventsAsync("attack_detected", 21)),
        ["replays_seen"] = (CheckResult.Warn, lab => lab.EventsAsync("replay_attack", 1)),
        ["keys_in_two_hands"] = (CheckResult.Warn, lab => lab.EventsAsync("key_suspended", 1)),
        ["sessions_unusual"] = (CheckResult.Warn, lab => lab.EventsAsync("suspicious_activity", 11)),
        ["requests_limited"] = (CheckResult.Warn, lab => lab.EventsAsync("rate_limited", 1_001)),
        ["server_errors"] = (CheckResult.Warn, lab => lab.EventsAsync("request_failed", 21)),
        ["role_changes"] = (CheckResult.Warn, lab => lab.EventsAsync("role_changed", 11)),
        ["cache_hit_rates"] = (CheckResult.Warn, lab => lab.SqlAsync("UPDATE figures SET value = 9000 WHERE name = 'aicli.keys.lookups{level=database}'")),
        ["figures_kept"] = (CheckResult.Warn, lab => lab.SqlAsync("DELETE FROM figures")),

        ["telemetry_sent"] = (CheckResult.Warn, Set(s => s with { Monitoring = s.Monitoring with { Telemetry = s.Monitoring.Telemetry with { Endpoint = new("http://otel.example:4318") } } })),

        ["sandbox_confined"] = (CheckResult.Fail, Set(s => s with { Host = s.Host with { Sandbox = SandboxChoice.None } })),
        ["sandbox_ready"] = (CheckResult.Fail, Sandbox(s => s with { Engine = null })),
        ["sandbox_probes"] = (CheckResult.Fail, Sandbox(s => s with { Broken = "docker: reads the host's files (host_files) is not prevented" })),
        ["sandbox_apparmor"] = (CheckResult.Warn, Scene(s => s with { Host = s.Host with { AppArmor = false } })),
        ["sandbox_profile"] = (CheckResult.Warn, Set(s => s with { Docker = s.Docker with { Seccomp = "/etc/own.json" } })),
        ["agent_version"] = (CheckResult.Fail, Sandbox(s => s with { AgentVersion = "2.0.1" })),
        ["model_budgets"] = (CheckResult.Warn, Set(s => s with { Tasks = s.Tasks with { DefaultBudgetUsd = 5_000 } })),
        ["model_upstream"] = (CheckResult.Fail, Set(s => s with { Host = s.Host with { AnthropicBaseUrl = new("http://proxy.example") } })),

        ["not_root"] = (CheckResult.Warn, Scene(s => s with { Host = s.Host with { IsRoot = true } })),
        ["disk_free"] = (CheckResult.Fail, Scene(s => s with { Host = s.Host with { Disk = (100 << 20, 400L << 30) } })),
        ["open_files"] = (CheckResult.Fail, Scene(s => s with { Host = s.Host with { OpenFiles = 256 } })),
        ["log_level"] = (CheckResult.Warn, Set(s => s with { Host = s.Host with { LogLevel = Microsoft.Extensions.Logging.LogLevel.Trace } })),
        ["configuration_sound"] = (CheckResult.Warn, Scene(s => s with { Notices = [new(NoticeKind.Warning, "security.headers.csp", "weak")] })),
        ["dependencies_vulnerable"] = (CheckResult.Fail, Scene(s => s with { Inventory = CheckLab.Once(CheckLab.Running("10.0.2")) })),
        ["dependencies_supported"] = (CheckResult.Fail, Scene(s => s with { Inventory = CheckLab.Once(CheckLab.Running("9.0.1")), Advisories = Ended(s.Advisories) })),
        ["advisories_current"] = (CheckResult.Warn, lab => { lab.Clock.Advance(TimeSpan.FromDays(90)); return Task.CompletedTask; }),
    };

    public static CheckItem Item(string id) => CheckTable.Items.Single(item => item.Id == id);

    private static AdvisoryFile Ended(AdvisoryFile file) => file with
    {
        Lifecycles = [.. file.Lifecycles.Select(line => line.Line == "9.0" ? line with { Ends = new DateOnly(2026, 5, 12) } : line)],
    };

    private static Func<CheckLab, Task> Set(Func<Settings, Settings> change) => Scene(s => s with { Settings = change(s.Settings) });

    private static Func<CheckLab, Task> Detection(Func<AttackDetectionSettings, AttackDetectionSettings> change) =>
        Set(s => s with { Monitoring = s.Monitoring with { AttackDetection = change(s.Monitoring.AttackDetection) } });

    private static Func<CheckLab, Task> Session(Func<SessionSecuritySettings, SessionSecuritySettings> change) =>
        Set(s => s with { Session = s.Session with { Security = change(s.Session.Security) } });

    private static Func<CheckLab, Task> Redis(Func<RedisReading, RedisReading> change) => Scene(s => s with { Redis = CheckLab.Once<RedisReading?>(change(CheckLab.Redis)) });

    private static Func<CheckLab, Task> Postgres(Func<PostgresReading, PostgresReading> change) =>
        Scene(s => s with { Postgres = CheckLab.Once<PostgresReading?>(change(CheckLab.Postgres)) });

    private static Func<CheckLab, Task> Sandbox(Func<SandboxReading, SandboxReading> change) => Scene(s => s with { Sandbox = CheckLab.Once(change(CheckLab.Sandbox)) });

    private static Func<CheckLab, Task> Scene(Func<CheckScene, CheckScene> change) => lab =>
    {
        lab.Change(change);
        return Task.CompletedTask;
    };
}
