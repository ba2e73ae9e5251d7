namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>Every kind of alert. Each has words in every language, and a row in <c>docs/alerts.md</c>.</summary>
public static class AlertKinds
{
    /// <summary>More failed sign-ins than the threshold within the window (guide, monitoring.alerts.thresholds).</summary>
    public const string FailedLogins = "failed_logins";

    /// <summary>More requests over a limit than the threshold within the window.</summary>
    public const string RateLimitViolations = "rate_limit_violations";

    /// <summary>More requests that look like attacks than the threshold within the window.</summary>
    public const string AttackAttempts = "attack_attempts";

    /// <summary>A device's key is being attacked, or seems to be in two hands.</summary>
    public const string PotentialAttack = "potential_attack";

    public const string AccountLocked = "account_locked";

    /// <summary>A network was shut out.</summary>
    public const string Blocked = "blocked";

    /// <summary>The audit has a gap, or was changed.</summary>
    public const string AuditBroken = "audit_broken";

    public const string BackupFailed = "backup_failed";

    /// <summary>An item of the security check fails that did not the time before.</summary>
    public const string CheckFailed = "check_failed";

    /// <summary>A protection of the sandbox does not hold, so no task is started.</summary>
    public const string SandboxProbeFailed = "sandbox_probe_failed";

    /// <summary>A budget is spent to 85 %.</summary>
    public const string BudgetWarning = "budget_warning";

    /// <summary>A budget does not hold another call.</summary>
    public const string BudgetExhausted = "budget_exhausted";

    /// <summary>Somebody tries the channels out.</summary>
    public const string Test = "test";

    public static readonly IReadOnlyList<string> All =
    [
        FailedLogins, RateLimitViolations, AttackAttempts, PotentialAttack, AccountLocked, Blocked, AuditBroken, BackupFailed, CheckFailed,
        SandboxProbeFailed, BudgetWarning, BudgetExhausted, Test,
    ];
}
