namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>What an event is in the Open Cybersecurity Schema Framework (schema.ocsf.io, version 1.3.0).</summary>
/// <param name="Class">One of <see cref="OcsfMap"/>'s four.</param>
/// <param name="Activity">Of the class; 99, other, where none of its own fits.</param>
/// <param name="ActivityName">Its caption.</param>
/// <param name="Severity">1 informational, 2 low, 3 medium, 4 high.</param>
internal sealed record OcsfKind(int Class, int Activity, string ActivityName, int Severity);

/// <summary>
/// Which event is of which class: what signs in or out is Authentication, what changes an account is Account Change, what was
/// noticed by a detector is a Detection Finding, and everything else is API Activity.
/// </summary>
internal static class OcsfMap
{
    public const int AccountChange = 3001, Authentication = 3002, DetectionFinding = 2004, ApiActivity = 6003;

    private const int Other = 99;

    private static readonly Dictionary<string, (int Class, int Activity, string Name)> Known = new()
    {
        ["login"] = (Authentication, 1, "Logon"),
        ["login_failed"] = (Authentication, 1, "Logon"),
        ["oauth_failed"] = (Authentication, 1, "Logon"),
        ["logout"] = (Authentication, 2, "Logoff"),
        ["session_terminated"] = (Authentication, 2, "Logoff"),
        ["user_logged_out"] = (Authentication, 2, "Logoff"),
        ["token_refresh"] = (Authentication, Other, "Token refresh"),
        ["token_revoked"] = (Authentication, Other, "Token revocation"),
        ["step_up_succeeded"] = (Authentication, Other, "Step-up"),
        ["step_up_failed"] = (Authentication, Other, "Step-up"),
        ["recovery_code_used"] = (Authentication, Other, "Recovery code"),
        ["user_created"] = (AccountChange, 1, "Create"),
        ["user_enabled"] = (AccountChange, 2, "Enable"),
        ["password_changed"] = (AccountChange, 3, "Password Change"),
        ["password_change_failed"] = (AccountChange, 3, "Password Change"),
        ["password_reset_issued"] = (AccountChange, 4, "Password Reset"),
        ["password_reset"] = (AccountChange, 4, "Password Reset"),
        ["user_disabled"] = (AccountChange, 5, "Disable"),
        ["account_locked"] = (AccountChange, 9, "Lock"),
        ["totp_enabled"] = (AccountChange, 10, "MFA Factor Enable"),
        ["passkey_added"] = (AccountChange, 10, "MFA Factor Enable"),
        ["totp_disabled"] = (AccountChange, 11, "MFA Factor Disable"),
        ["passkey_removed"] = (AccountChange, 11, "MFA Factor Disable"),
        ["user_updated"] = (AccountChange, Other, "Update"),
        ["role_changed"] = (AccountChange, Other, "Role change"),
        ["account_linked"] = (AccountChange, Other, "Link"),
        ["account_unlinked"] = (AccountChange, Other, "Unlink"),
        ["totp_started"] = (AccountChange, Other, "MFA Factor Begin"),
        ["recovery_codes_created"] = (AccountChange, Other, "Recovery codes"),
        ["attack_detected"] = (DetectionFinding, 1, "Create"),
        ["client_blocked"] = (DetectionFinding, 1, "Create"),
        ["suspicious_activity"] = (DetectionFinding, 1, "Create"),
        ["potential_attack"] = (DetectionFinding, 1, "Create"),
        ["replay_attack"] = (DetectionFinding, 1, "Create"),
        ["revoked_key_used"] = (DetectionFinding, 1, "Create"),
        ["key_suspended"] = (DetectionFinding, 1, "Create"),
        ["signature_source_throttled"] = (DetectionFinding, 1, "Create"),
    };

    private static readonly string[] High = ["potential_attack", "replay_attack", "revoked_key_used", "key_suspended"];

    // The last word of a name says what was done.
    private static readonly (string[] Ends, int Activity, string Name)[] Verbs =
    [
        (["created", "added", "sent", "issued", "started"], 1, "Create"),
        (["accessed", "exported", "listed", "read"], 2, "Read"),
        (["deleted", "removed", "revoked", "discarded", "pruned"], 4, "Delete"),
        (["updated", "changed", "rotated", "forced", "resumed", "written", "committed", "lifted", "cleared", "commented"], 3, "Update"),
    ];

    public static OcsfKind Of(AuditEntry row)
    {
        var (kind, activity, name) = Known.TryGetValue(row.Name, out var known) ? known : Call(row);
        var severity = High.Contains(row.Name) ? 4
            : kind == DetectionFinding || row.Outcome == AuditOutcome.Failure ? 3
            : row.Outcome == AuditOutcome.Success ? 1 : 2;
        return new(kind, activity, name, severity);
    }

    private static (int Class, int Activity, string Name) Call(AuditEntry row)
    {
        if (row is { ResourceType: "route", ResourceId: { } route })
        {
            return route.Split(' ')[0] switch
            {
                "GET" or "HEAD" => (ApiActivity, 2, "Read"),
                "POST" => (ApiActivity, 1, "Create"),
                "PUT" or "PATCH" => (ApiActivity, 3, "Update"),
                "DELETE" => (ApiActivity, 4, "Delete"),
                _ => (ApiActivity, Other, "Other"),
            };
        }

        var last = row.Name[(row.Name.LastIndexOf('_') + 1)..];
        foreach (var (ends, activity, name) in Verbs)
        {
            if (ends.Contains(last))
                return (ApiActivity, activity, name);
        }

        return (ApiActivity, Other, row.Name);
    }
}
