using AICodeManager.Server.Keeping.Checks.Advisories;
using AICodeManager.Server.Keeping.Checks.Items;

namespace AICodeManager.Server.Keeping.Checks;

/// <summary>Every item of every review, in the order of reports. What each is called stands in <c>Words/</c>, under the same ids.</summary>
public static class CheckTable
{
    private const Reviews D = Reviews.Deployment, W = Reviews.Weekly, M = Reviews.Monthly, Q = Reviews.Quarterly, Y = Reviews.Yearly;

    public static readonly IReadOnlyList<CheckItem> Items =
    [
        // How the server is reached.
        new("tls_enabled", D | W | M | Q | Y, TransportChecks.TlsAsync),
        new("tls_certificate", D | W | M, TransportChecks.CertificateAsync),
        new("tls_versions", D | Q | Y, TransportChecks.VersionsAsync),
        new("security_headers", D | Q, TransportChecks.HeadersAsync),
        new("hsts", D | Q, TransportChecks.HstsAsync),
        new("allowed_hosts", D | Q, OriginChecks.HostsAsync),
        new("trusted_proxies", D | Q, OriginChecks.ProxiesAsync),
        new("cors_origins", D | Q, OriginChecks.CorsAsync),
        new("csrf_origins", D | Q, OriginChecks.CsrfAsync),
        new("cookies_secure", D | Q, OriginChecks.CookiesAsync),
        new("sign_in_redirects", D | Q, OriginChecks.RedirectsAsync),

        // Secrets and files.
        new("secrets_strong", D | Q | Y, SecretChecks.StrongAsync),
        new("secrets_separate", D | Q | Y, SecretChecks.SeparateAsync),
        new("secrets_age", Q | Y, SecretChecks.AgeAsync),
        new("files_private", D | W | M | Q, SecretChecks.FilesAsync),
        new("database_key_apart", D | Y, SecretChecks.KeyApartAsync),
        new("admin_password_removed", D | Q, SecretChecks.AdminPasswordAsync),
        new("vault_opens", D | W | M | Q, VaultChecks.OpensAsync) { Heavy = true },
        new("vault_key_age", Q | Y, VaultChecks.KeyAgeAsync),

        // The stores.
        new("database_integrity", D | W | M | Q | Y, DatabaseChecks.IntegrityAsync) { Heavy = true },
        new("database_schema", D | W, DatabaseChecks.SchemaAsync),
        new("database_role", D | Q, DatabaseChecks.RoleAsync),
        new("database_transport", D | Q, DatabaseChecks.TransportAsync),
        new("database_checksums", D | Y, DatabaseChecks.ChecksumsAsync),
        new("redis_protected", D | M, RedisChecks.ProtectedAsync),
        new("redis_transport", D | Q, RedisChecks.TransportAsync),
        new("redis_eviction", D | W, RedisChecks.EvictionAsync),
        new("redis_persistence", D | Q, RedisChecks.PersistenceAsync),
        new("redis_version", D | Q, RedisChecks.VersionAsync),
        new("clocks_agree", D | W, HostChecks.ClocksAsync),

        // Limits and attacks.
        new("rate_limits", D | M, DefenceChecks.RateLimitsAsync),
        new("attack_detection", D | M, DefenceChecks.DetectionAsync),
        new("attack_exemptions", M | Q, DefenceChecks.ExemptionsAsync),
        new("brute_force", D | M, DefenceChecks.BruteForceAsync),
        new("account_lockout", D | Q, DefenceChecks.LockoutAsync),
        new("blocks_standing", M, DefenceChecks.BlocksAsync),
        new("session_limits", D | Q, DefenceChecks.SessionLimitsAsync),
        new("session_risk", D | Q, DefenceChecks.RiskAsync),
        new("key_abuse_policy", D | Q, DefenceChecks.KeyAbuseAsync),

        // Alerts, audit and backups.
        new("alerts_configured", D | M, AlertChecks.ConfiguredAsync),
        new("alerts_delivered", W | M, AlertChecks.DeliveredAsync),
        new("audit_enabled", D | M | Q, AuditChecks.EnabledAsync),
        new("audit_complete", W | M, AuditChecks.CompleteAsync),
        new("audit_chain", D | W | M | Q | Y, AuditChecks.ChainAsync) { Heavy = true },
        new("audit_elsewhere", D | W | M, AuditChecks.ElsewhereAsync),
        new("audit_retention", D | Q | Y, AuditChecks.RetentionAsync),
        new("backups_enabled", D | M, BackupChecks.EnabledAsync),
        new("backup_recent", D | W | M, BackupChecks.RecentAsync),
        new("restore_drill", Q | Y, BackupChecks.DrillAsync) { Heavy = true },

        // Accounts and access.
        new("administrators_second_factor", D | W | M | Q, AccountChecks.SecondFactorAsync),
        new("administrators_number", D | M | Q, AccountChecks.AdministratorsAsync),
        new("accounts_unused", M | Q | Y, AccountChecks.UnusedAsync),
        new("disabled_accounts_signed_in", W | M, AccountChecks.DisabledSessionsAsync),
        new("disabled_accounts_members", Q | Y, AccountChecks.DisabledMembersAsync),
        new("roles_narrow", Q | Y, AccountChecks.RolesAsync),

        // Keys.
        new("client_keys_old", W | M | Q, KeyChecks.OldAsync),
        new("client_keys_unused", M | Q, KeyChecks.UnusedAsync),
        new("client_keys_suspended", W | M, KeyChecks.SuspendedAsync),
        new("signing_keys_age", Q | Y, KeyChecks.SigningAsync),

        // What happened.
        new("failed_logins", W | M | Q, new PatternCheck(50, "login_failed").LookAsync),
        new("permission_denied", W | M | Q, new PatternCheck(50, "permission_denied", "csrf_refused").LookAsync),
        new("attacks_seen", W | M | Q, new PatternCheck(20, "attack_detected").LookAsync),
        new("replays_seen", W | M | Q, new PatternCheck(0, "replay_attack", "revoked_key_used").LookAsync),
        new("keys_in_two_hands", W | M | Q, new PatternCheck(0, "key_suspended", "potential_attack").LookAsync),
        new("sessions_unusual", W | M | Q, new PatternCheck(10, "suspicious_activity").LookAsync),
        new("requests_limited", W | M, new PatternCheck(1_000, "rate_limited").LookAsync),
        new("server_errors", W | M, new PatternCheck(20, "request_failed").LookAsync),
        new("role_changes", M | Q, new PatternCheck(10, "role_changed").LookAsync),
        new("cache_hit_rates", W | M, FigureChecks.CachesAsync),
        new("figures_kept", D | W, FigureChecks.KeptAsync),
        new("telemetry_sent", D | M, TelemetryChecks.SentAsync),

        // Sandbox and models.
        new("sandbox_confined", D | W | M | Q, SandboxChecks.ConfinedAsync),
        new("sandbox_ready", D | W, SandboxChecks.ReadyAsync),
        new("sandbox_probes", D | W | M, SandboxChecks.ProbesAsync),
        new("sandbox_apparmor", D | Q, SandboxChecks.AppArmorAsync),
        new("sandbox_profile", D | Q, SandboxChecks.ProfileAsync),
        new("agent_version", D | M, SandboxChecks.AgentAsync),
        new("model_budgets", D | Q, SandboxChecks.BudgetsAsync),
        new("model_upstream", D | Q, SandboxChecks.UpstreamAsync),

        // The machine and what runs on it.
        new("not_root", D | Q, HostChecks.RootAsync),
        new("disk_free", D | W | M, HostChecks.DiskAsync),
        new("open_files", D | Q, HostChecks.OpenFilesAsync),
        new("log_level", D | W, HostChecks.LogLevelAsync),
        new("configuration_sound", D | Q | Y, HostChecks.ConfigurationAsync),
        new("dependencies_vulnerable", D | W | M | Q | Y, DependencyChecks.VulnerableAsync),
        new("dependencies_supported", D | Q | Y, DependencyChecks.SupportedAsync),
        new("advisories_current", W | M, DependencyChecks.FileAgeAsync),
    ];
}
