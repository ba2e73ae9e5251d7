namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// Every column that holds sealed texts: rotation and verification walk this list, so a column that is missing here
/// would stay under its old key. What is sealed outside of tables (sessions) is short-lived and needs no walk.
/// </summary>
public static class SealedColumns
{
    public static IReadOnlyList<SealedColumn> All { get; } =
    [
        new("signing_keys", "private_key", ["id"]),
        new("audit_keys", "private_key", ["id"]),
        new("external_logins", "tokens", ["id"], "sealed_version"),
        new("totp_factors", "secret", ["user_id"], "sealed_version"),
        new("workspace_environment", "value", ["workspace_id", "name"], "sealed_version"),
        new("tasks", "prompt", ["id"], Optional: true),
        new("task_messages", "text", ["task_id", "number"], Optional: true),
        new("task_events", "data", ["task_id", "number"], Optional: true),
        new("task_approvals", "input", ["task_id", "request_id"], Optional: true),
    ];
}
