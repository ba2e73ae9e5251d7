namespace AICodeManager.Server.Keeping.Checks.Words;

/// <summary>The checks in English.</summary>
internal static class English
{
    public static readonly IReadOnlyDictionary<string, ItemWords> Items = new Dictionary<string, ItemWords>
    {
        ["tls_enabled"] = new(
            "TLS is on",
            "Set security.tls with a certificate and its key, or let a proxy in front end TLS and listen on loopback."),
        ["tls_certificate"] = new(
            "The certificate is good for more than 30 days",
            "Renew the certificate; new files are taken up without a restart."),
        ["tls_versions"] = new(
            "Only current TLS versions and ciphers are spoken",
            "Set security.tls.min_version to 1.2 or 1.3 and leave the ciphers at their default."),
        ["security_headers"] = new(
            "The running server sends its security headers",
            "Start the server, or look for a proxy that takes headers away; remove unsafe-inline from security.headers.csp."),
        ["hsts"] = new(
            "Browsers insist on https",
            "Set security.headers.hsts_max_age to 31536000."),
        ["allowed_hosts"] = new(
            "The hosts that requests may name are set",
            "List the names of this server in server.allowed_hosts (AICLI_ALLOWED_HOSTS)."),
        ["trusted_proxies"] = new(
            "Only our own proxies are believed",
            "Name the addresses of your proxies in server.trusted_proxies, nothing wider."),
        ["cors_origins"] = new(
            "No site but our own may read answers",
            "List exact https origins in security.cors.allowed_origins."),
        ["csrf_origins"] = new(
            "Only our own pages may act for a user",
            "List exact https origins in csrf.trusted_origins and keep token_lifetime at 24h."),
        ["cookies_secure"] = new(
            "Cookies travel over TLS and to our own site only",
            "Set secure_cookie: true and same_site: strict for session.security and csrf."),
        ["sign_in_redirects"] = new(
            "Sign-ins elsewhere come back over TLS",
            "Register an https redirect URL with the provider and set it as redirect_url."),
        ["secrets_strong"] = new(
            "Secrets are random and long",
            "Replace them by the output of 'openssl rand -base64 48'; keep the old one under previous_keys where there is such a key."),
        ["secrets_separate"] = new(
            "Each secret serves one purpose",
            "Make a secret of its own for each of those that are named."),
        ["secrets_age"] = new(
            "No secret is older than a year",
            "Replace the secret and keep the old one as previous for as long as something made with it lives."),
        ["files_private"] = new(
            "Data, secrets and keys are for this user alone",
            "Run chmod 700 on the folders and chmod 600 on the files; replace secrets that others could have read."),
        ["database_key_apart"] = new(
            "The key of the encrypted fields is kept apart from them",
            "Give it by DB_ENCRYPTION_KEY from a secret store, and keep a copy where backups are not."),
        ["admin_password_removed"] = new(
            "The first administrator's password is not left in the environment",
            "Remove AICLI_ADMIN_EMAIL and AICLI_ADMIN_PASSWORD; the account exists."),
        ["vault_opens"] = new(
            "Every sealed value can be opened",
            "Configure the key that is missing (database.encryption.key, previous_keys), or restore what was altered from a backup; 'aicli-web vault verify' names each value."),
        ["vault_key_age"] = new(
            "The vault's data key is not older than a year",
            "Run 'aicli-web vault rotate'; the server goes on working meanwhile."),
        ["database_integrity"] = new(
            "The database is whole",
            "Keep a copy of the damaged files, check the disk, and restore the latest good backup."),
        ["database_schema"] = new(
            "The schema is this server's",
            "Run 'aicli-web migrate', or start the newer server."),
        ["database_role"] = new(
            "The database role has no powers it does not need",
            "Connect as a role that owns its database and nothing else: no superuser, createdb, createrole, replication or bypassrls."),
        ["database_transport"] = new(
            "The way to the database is encrypted or local",
            "Add sslmode=verify-full to DATABASE_URL, or use a local socket."),
        ["database_checksums"] = new(
            "The database's pages carry checksums",
            "Stop PostgreSQL and run pg_checksums --enable."),
        ["redis_protected"] = new(
            "Redis asks for a password",
            "Set requirepass or an ACL in Redis, and SESSION_REDIS_PASSWORD here."),
        ["redis_transport"] = new(
            "The way to Redis is encrypted or local",
            "Use rediss:// with a certificate, or Redis on this machine."),
        ["redis_eviction"] = new(
            "Redis drops nothing to make room",
            "Set maxmemory-policy noeviction, or it forgets revocations and nonces."),
        ["redis_persistence"] = new(
            "Redis remembers over a restart",
            "Set appendonly yes in Redis."),
        ["redis_version"] = new(
            "Redis is of a supported version",
            "Install a version of Redis that is still mended."),
        ["clocks_agree"] = new(
            "All clocks agree",
            "Run a time service (chrony, systemd-timesyncd) on every machine: signatures, tokens and the audit depend on it."),
        ["rate_limits"] = new(
            "Requests are limited",
            "Set rate_limit.enabled: true and limits for the sign-in routes."),
        ["attack_detection"] = new(
            "Requests that look like attacks are refused",
            "Set monitoring.attack_detection.mode: block for every class."),
        ["attack_exemptions"] = new(
            "Nothing is exempt from detection",
            "Check that each disabled rule and each allowed network is still needed."),
        ["brute_force"] = new(
            "Guessing is stopped",
            "Set monitoring.attack_detection.brute_force.enabled: true, 5 attempts in 5 minutes."),
        ["account_lockout"] = new(
            "Accounts lock after failures",
            "Set session.security.policies: max_failed_attempts 5, lockout_duration 30m."),
        ["blocks_standing"] = new(
            "No block has stood too long",
            "Look at each with 'aicli admin blocks list' and lift those whose reason is gone."),
        ["session_limits"] = new(
            "Sessions and tokens end in time",
            "Keep session_timeout at 30m, idle_timeout at 15m, jwt.expiry at 24h or less."),
        ["session_risk"] = new(
            "Sessions that change are noticed",
            "Turn device_tracking and the policies on, and keep a current database of places in GEOIP_DATABASE."),
        ["key_abuse_policy"] = new(
            "Nobody can sign another's device out",
            "Set client_keys.abuse.policy: block_source and suspend_on_evidence: true."),
        ["alerts_configured"] = new(
            "Alerts reach somebody",
            "Name a channel under monitoring.alerts.channels and try it with 'aicli admin alerts test'."),
        ["alerts_delivered"] = new(
            "The last alert arrived",
            "Run 'aicli admin alerts test' and mend the channel that fails."),
        ["audit_enabled"] = new(
            "The audit is on",
            "Set audit.enabled: true."),
        ["audit_complete"] = new(
            "The audit lost nothing",
            "Find out what flooded the server at that time, and whether the database was away."),
        ["audit_chain"] = new(
            "The audit proves that it is whole",
            "Keep a copy of the database and of the checkpoint file, run 'aicli-web audit verify', and find out who could write there since the last good check."),
        ["audit_elsewhere"] = new(
            "The audit is known on another machine",
            "Add a syslog or webhook stream under audit.streams, and mend the one that fails."),
        ["audit_retention"] = new(
            "The audit is kept long enough",
            "Set audit.retention to 90d or more, as your rules require."),
        ["backups_enabled"] = new(
            "Backups are made by themselves, encrypted, on another disk",
            "Set database.backup: enabled and encryption true, and folder to a place on another disk or machine."),
        ["backup_recent"] = new(
            "There is a recent backup that was found whole",
            "Read the reason with 'aicli-web backup list', mend it, and run 'aicli-web backup'."),
        ["restore_drill"] = new(
            "The latest good backup can be restored",
            "Try the one before with 'aicli-web restore NAME --to-file', make a new backup, and check the disk that holds them."),
        ["administrators_second_factor"] = new(
            "Every administrator has a second factor",
            "Have them set up a passkey or an authenticator (aicli account totp)."),
        ["administrators_number"] = new(
            "There are few administrators, and at least one",
            "Take the role from those who do not need it; make an account for each person."),
        ["accounts_unused"] = new(
            "Every account is in use",
            "Ask, then disable the account: PUT /api/v1/admin/users/{id} or aicli admin users disable."),
        ["disabled_accounts_signed_in"] = new(
            "No disabled account has a session",
            "End its sessions with 'aicli admin users logout' and look in the audit for what it did."),
        ["disabled_accounts_members"] = new(
            "Workspaces belong to people who are still here",
            "Give the workspace another owner and remove the members who have left."),
        ["roles_narrow"] = new(
            "Only administrators may administer",
            "Take *, system:* and user:* out of other roles under rbac.roles."),
        ["client_keys_old"] = new(
            "No device's key is older than its age",
            "Ask the owners to rotate (aicli keys rotate), or force it with 'aicli admin keys rotate'."),
        ["client_keys_unused"] = new(
            "Every device's key is in use",
            "Revoke keys of devices that are not used any more."),
        ["client_keys_suspended"] = new(
            "No device's key is suspended",
            "Ask the owner about the device; then resume the key or revoke it."),
        ["signing_keys_age"] = new(
            "The key that signs tokens is not older than a year",
            "Rotate it: POST /api/v1/admin/signing-keys/rotate."),
        ["failed_logins"] = new(
            "Sign-ins do not fail more often than before",
            "Look at login_failed in the audit: one account from many addresses, or many from one."),
        ["permission_denied"] = new(
            "Not more is denied than before",
            "Look at permission_denied in the audit: who tries what, and whether a role lacks something."),
        ["attacks_seen"] = new(
            "Not more looks like an attack than before",
            "Look at attack_detected in the audit and block networks that go on."),
        ["replays_seen"] = new(
            "No signed request was replayed",
            "Look at replay_attack and revoked_key_used: somebody has recorded requests, or holds a key that is over."),
        ["keys_in_two_hands"] = new(
            "No device's key seems to be in two hands",
            "Ask the owner; revoke the key if the device is lost."),
        ["sessions_unusual"] = new(
            "Sessions look like themselves",
            "Look at suspicious_activity in the audit: whose sessions, from where."),
        ["requests_limited"] = new(
            "Not more requests are over a limit than before",
            "See which networks and accounts they name; raise a limit only for a client you know."),
        ["server_errors"] = new(
            "The server does not fail more often than before",
            "Look up request_failed in the audit and the request ids in the log."),
        ["role_changes"] = new(
            "Roles are not changed more often than before",
            "Look at role_changed in the audit: who gave what to whom, and whether it was meant."),
        ["cache_hit_rates"] = new(
            "Caches spare the stores their work",
            "Raise the cache's size or time to live, or look for a client that names keys nobody has."),
        ["figures_kept"] = new(
            "Nodes keep figures of what they count",
            "Start the server; look in its log for why figures could not be written."),
        ["telemetry_sent"] = new(
            "Metrics and traces go to a collector",
            "Set monitoring.telemetry.endpoint (OTEL_EXPORTER_OTLP_ENDPOINT) to an https address or one of this machine."),
        ["sandbox_confined"] = new(
            "Agents are confined",
            "Remove AICLI_SANDBOX=none and install Docker or bubblewrap."),
        ["sandbox_ready"] = new(
            "A sandbox can be started",
            "Do what the evidence says is missing; 'aicli-web doctor' shows each engine."),
        ["sandbox_probes"] = new(
            "Nothing breaks out of the sandbox",
            "Run 'aicli-web doctor' and mend the protection that it names; no task starts until then."),
        ["sandbox_apparmor"] = new(
            "AppArmor stands behind the sandbox",
            "Use a kernel with AppArmor enabled on hosts that run tasks."),
        ["sandbox_profile"] = new(
            "The sandbox has tight limits and the shipped profile",
            "Take docker.security.security_profiles.seccomp out, and lower docker.security.resources."),
        ["agent_version"] = new(
            "The agent CLI is the pinned one",
            "Build the image again: deploy/workspace/build."),
        ["model_budgets"] = new(
            "What a task may spend is bounded",
            "Lower tasks.default_budget_usd, and give every model its price."),
        ["model_upstream"] = new(
            "Models are called over TLS, with a key of the host's",
            "Set ANTHROPIC_BASE_URL to an https address and ANTHROPIC_API_KEY from a secret store."),
        ["not_root"] = new(
            "The server does not run as root",
            "Run it as a user of its own; see which rights the sandbox engine needs in docs/sandbox.md."),
        ["disk_free"] = new(
            "The disk has room",
            "Free or add disk space before the server must stop writing."),
        ["open_files"] = new(
            "Enough files may be open",
            "Raise the limit: LimitNOFILE=65536 in the service, or ulimit -n."),
        ["log_level"] = new(
            "The log does not tell too much",
            "Set LOG_LEVEL to info or higher."),
        ["configuration_sound"] = new(
            "Nothing in the configuration weakens protection",
            "Read what the server says of these keys at its start, and correct them."),
        ["dependencies_vulnerable"] = new(
            "No component has a known vulnerability",
            "Install the version that mends it; for the system's components, the distribution's update."),
        ["dependencies_supported"] = new(
            "Every component is still mended by its makers",
            "Move to a line of versions that is still mended."),
        ["advisories_current"] = new(
            "The list of known vulnerabilities is current",
            "Fetch a newer advisory file and give it with --advisories, or install a newer server."),
    };
}
