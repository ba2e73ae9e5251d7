namespace AICodeManager.Tests.Ground.Configuration;

/// <summary>A file with every key of the security guide, at the guide's values.</summary>
internal static class GuideFile
{
    public const string Text = """
        server:
          host: 0.0.0.0
          port: 8080
          read_timeout: 30s
          write_timeout: 30s
          idle_timeout: 60s
          shutdown_timeout: 30s
        security:
          tls:
            enabled: true
            cert_file: "/path/to/cert.pem"
            key_file: "/path/to/key.pem"
            min_version: "1.2"
            ciphers:
              - "ECDHE-RSA-AES256-GCM-SHA384"
              - "ECDHE-RSA-AES128-GCM-SHA256"
              - "ECDHE-RSA-AES256-SHA384"
          cors:
            allowed_origins: ["https://yourdomain.com", "https://www.yourdomain.com"]
            allowed_methods: ["GET", "POST", "PUT", "DELETE"]
            allowed_headers: ["Authorization", "Content-Type", "X-CSRF-Token", "X-Requested-With"]
            exposed_headers: ["X-Total-Count"]
            allow_credentials: true
            max_age: 3600
          headers:
            hsts_max_age: 31536000
            hsts_include_subdomains: true
            frame_options: "DENY"
            content_type_nosniff: true
            xss_protection: "1; mode=block"
            csp: "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
            referrer_policy: "strict-origin-when-cross-origin"
        jwt:
          secret_key: "${JWT_SECRET_KEY}"
          issuer: "${JWT_ISSUER}"
          audience: "${JWT_AUDIENCE}"
          expiry: "${JWT_EXPIRY}"
          refresh_expiry: "168h"  # 7 days
          algorithm: "HS256"
          blacklist:
            enabled: true
            cleanup_interval: "1h"
            max_entries: 10000
        oauth2:
          google:
            client_id: "${GOOGLE_CLIENT_ID}"
            client_secret: "${GOOGLE_CLIENT_SECRET}"
            redirect_url: "https://yourdomain.com/auth/callback/google"
            scopes: ["openid", "profile", "email"]
          github:
            client_id: "${GITHUB_CLIENT_ID}"
            client_secret: "${GITHUB_CLIENT_SECRET}"
            redirect_url: "https://yourdomain.com/auth/callback/github"
            scopes: ["user:email", "read:user"]
        rbac:
          enabled: true
          cache:
            ttl: "5m"
            size: 1000
          roles:
            admin:
              description: "관리자"
              permissions: ["system:*", "user:*", "workspace:*", "project:*", "task:*"]
            user:
              description: "사용자"
              permissions: ["workspace:create", "workspace:read", "workspace:update", "workspace:delete:own", "project:create", "project:read:own", "project:update:own", "project:delete:own", "task:*:own"]
            viewer:
              description: "읽기"
              permissions: ["workspace:read:own", "project:read:own", "task:read:own"]
        session:
          store: "redis"
          redis:
            url: "${SESSION_REDIS_URL}"
            password: "${SESSION_REDIS_PASSWORD}"
            db: 0
            pool_size: 100
          security:
            max_concurrent_sessions: 5
            session_timeout: "30m"
            idle_timeout: "15m"
            secure_cookie: true
            same_site: "strict"
            device_tracking: true
            geo_location_check: true
            policies:
              force_logout_on_location_change: false
              require_reauthentication_on_ip_change: true
              max_failed_attempts: 5
              lockout_duration: "30m"
        rate_limit:
          global:
            requests: 1000
            window: "1m"
          per_ip:
            requests: 100
            window: "1m"
          per_user:
            requests: 500
            window: "1m"
          endpoints:
            "/api/v1/auth/login":
              requests: 5
              window: "1m"
            "/api/v1/auth/register":
              requests: 3
              window: "5m"
            "/api/v1/workspaces":
              requests: 50
              window: "1m"
        csrf:
          secret_key: "${CSRF_SECRET_KEY}"
          token_lifetime: "24h"
          secure_cookie: true
          same_site: "strict"
          trusted_origins:
            - "https://yourdomain.com"
            - "https://www.yourdomain.com"
        database:
          encryption:
            enabled: true
            key: "${DB_ENCRYPTION_KEY}"
            algorithm: "AES-256-GCM"
            encrypted_fields: ["users.oauth_tokens", "sessions.data", "workspaces.environment_vars"]
          backup:
            enabled: true
            encryption: true
            schedule: "0 2 * * *"
            retention: "30d"
        audit:
          enabled: true
          storage: "database"  # file, database, both
          events:
            authentication: ["login", "logout", "login_failed", "token_refresh"]
            authorization: ["permission_denied", "role_changed"]
            data_access: ["workspace_created", "workspace_deleted", "project_accessed", "task_executed"]
            security: ["password_changed", "session_terminated", "suspicious_activity"]
        monitoring:
          attack_detection:
            enabled: true
            sql_injection:
              enabled: true
              patterns: ["union\\s+select", "drop\\s+table", "or\\s+1\\s*=\\s*1", "script\\s*:"]
            xss_detection:
              enabled: true
              patterns: ["<script[^>]*>", "javascript:", "on\\w+\\s*="]
            brute_force:
              enabled: true
              max_attempts: 5
              window: "5m"
              block_duration: "30m"
          alerts:
            enabled: true
            channels:
              - type: "email"
                recipients: ["admin@yourdomain.com"]
              - type: "slack"
                webhook_url: "https://hooks.slack.com/services/..."
            thresholds:
              failed_logins: 10
              rate_limit_violations: 100
              attack_attempts: 5
        docker:
          security:
            isolation:
              enabled: true
              user_namespace: true
              pid_namespace: true
              network_namespace: true
            resources:
              memory_limit: "2g"
              cpu_limit: "1.0"
              pids_limit: 1024
            security_profiles:
              apparmor: "/path/to/apparmor/profile"
              seccomp: "/path/to/seccomp/profile.json"
            network:
              bridge_name: "aicli-secure"
              isolate_containers: true
              allowed_ports: ["80", "443"]
        """;

    /// <summary>The file with what a real deployment must change: a certificate, ciphers, the webhook, the profile.</summary>
    public static string Mended(string folder) => Text
        .Replace("/path/to/cert.pem", Touch(folder, "cert.pem"), StringComparison.Ordinal)
        .Replace("/path/to/key.pem", Touch(folder, "key.pem"), StringComparison.Ordinal)
        .Replace("/path/to/seccomp/profile.json", Touch(folder, "seccomp.json"), StringComparison.Ordinal)
        .Replace("ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-CHACHA20-POLY1305", StringComparison.Ordinal)
        .Replace("services/...", "services/T0/B0/x1y2z3", StringComparison.Ordinal);

    private static string Touch(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, "{}");
        return path;
    }
}
