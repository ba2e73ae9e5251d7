namespace AICodeManager.Tests.Cli;

/// <summary>Documents of the API as a server would send them.</summary>
internal static class Some
{
    public const string WorkspaceId = "0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";
    public const string OtherWorkspaceId = "0196f2c4-1111-7c31-9d2f-6a1b8c0d4e5f";
    public const string ProjectId = "0aa6f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";
    public const string TaskId = "0bb6f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";
    public const string KeyId = "0dd6f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f";
    public const string At = "2026-11-20T10:00:00Z";

    public static object User { get; } = new { id = "0cc6f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f", email = "ada@example.org", name = "Ada", role = "user" };

    public static object Login(string token, string? refresh) =>
        new { access_token = token, token_type = "Bearer", expires_in = 900, refresh_token = refresh, user = User };

    /// <summary>A refresh answers with tokens alone.</summary>
    public static object Refreshed(string token, string refresh) =>
        new { access_token = token, token_type = "Bearer", expires_in = 900, refresh_token = refresh };

    public static object Session(string id, bool current, string device) => new
    {
        id, kind = "api", current, method = "password", device, address = "192.0.2.7", user_agent = "aicli/0.1.0",
        place = new { city = (string?)null, country = "KR" }, created_at = At, last_seen_at = At, expires_at = At,
    };

    public static object Account(string id, string email, bool disabled = false) => new
    {
        id, email, name = "Bob", role = "user", disabled, disabled_at = disabled ? At : null, second_factor = true, created_at = At,
    };

    public static object Member(string id, string email, string role = "viewer") =>
        new { user_id = id, email, name = "Bob", role, added_by = id, created_at = At };

    public static object Workspace(string id = WorkspaceId, string name = "payments") => new { id, name, role = "owner", created_at = At };

    public static object Project(string id = ProjectId, string name = "api", string state = "ready", string? reason = null) => new
    {
        id, workspace_id = WorkspaceId, name, source = new { type = "empty" }, state, reason, created_at = At,
    };

    public static object Task(string state = "queued") => new
    {
        id = TaskId, project_id = ProjectId, state, reason = (string?)null, prompt = "Add a health check", agent = "claude",
        approvals = "ask", budget_usd = 2.5, cost_usd = 0.0125, usage = new { input_tokens = 10, output_tokens = 20 },
        created_at = At, started_at = (string?)null, finished_at = (string?)null,
    };

    public static object Approval(string request, string tool, object input, string state = "pending") => new
    {
        request_id = request, tool, input, state, created_at = At, decided_at = (string?)null, decided_by = (string?)null,
    };

    public static object List(params object[] items) => new { items, next = (string?)null };

    public static (int Id, string Type, object Data) State(int id, string state) => (id, "state", new { at = At, state });

    public static (int Id, string Type, object Data) Piece(int id, string text, string message = "m1") =>
        (id, "message", new { at = At, role = "assistant", text, partial = true, message_id = message });

    public static (int Id, string Type, object Data) Message(int id, string text, string message = "m1") =>
        (id, "message", new { at = At, role = "assistant", text, message_id = message });

    public static (int Id, string Type, object Data) Asks(int id, string request, string tool, object input, string state = "pending") =>
        (id, "approval", new { at = At, request_id = request, tool, input, state });
}
