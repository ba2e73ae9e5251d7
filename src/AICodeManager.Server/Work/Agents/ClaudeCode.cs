using System.Text.Json;

namespace AICodeManager.Server.Work.Agents;

/// <summary>
/// Claude Code, driven over its bidirectional JSON stream. The protocol is undocumented: the version is pinned in
/// <c>deploy/workspace</c>, and a contract test drives the real binary.
/// </summary>
/// <remarks>
/// Files of a repository are code (spec D3): with the user's settings alone as source and a strict MCP configuration,
/// a project's settings, hooks, key helpers and MCP servers are never loaded. The managed policy says so again and
/// makes every changing tool ask, also those the CLI thinks harmless.
/// </remarks>
public sealed class ClaudeCode : IAgentCli
{
    /// <summary>Tools that change or run something; each call of one is asked for.</summary>
    private static readonly string[] AskFor = ["Bash", "Edit", "Write", "NotebookEdit"];

    private const string Tools = "Bash,Read,Edit,Write,NotebookEdit,Glob,Grep,Task,TodoWrite";

    public string Name => "claude";

    public AgentLaunch Launch(AgentStart start)
    {
        string[] command =
        [
            "/usr/local/bin/claude", "-p", "--verbose",
            "--output-format", "stream-json", "--input-format", "stream-json",
            "--include-partial-messages", "--replay-user-messages",
            "--permission-prompt-tool", "stdio", "--permission-mode", "default",
            "--setting-sources=user", "--strict-mcp-config", "--disable-slash-commands",
            "--tools", Tools, "--disallowedTools", "WebSearch,WebFetch",
            "--model", start.Model,
            start.Resume is { } resume ? $"--resume={resume}" : $"--session-id={start.SessionId}",
        ];
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = "/home/agent",
            ["LANG"] = "C.UTF-8",
            ["CLAUDE_CONFIG_DIR"] = SandboxPaths.Config,
            ["ANTHROPIC_UNIX_SOCKET"] = SandboxPaths.ModelSocket,
            // Plain http on purpose: an https address would make the CLI wait for a certificate that never comes.
            ["ANTHROPIC_BASE_URL"] = "http://gateway.invalid",
            ["ANTHROPIC_AUTH_TOKEN"] = start.GatewayToken.Reveal(),
            ["CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST"] = "1",
            ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
            ["CLAUDE_CODE_MAX_RETRIES"] = "2",
            // A stream that breaks off is asked for again as a stream: an answer in one piece would be waited for, and paid
            // for, without a sign of life.
            ["CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK"] = "1",
            ["API_TIMEOUT_MS"] = "300000",
            ["DISABLE_AUTOUPDATER"] = "1",
        };
        var policy = new
        {
            permissions = new { ask = AskFor, disableBypassPermissionsMode = "disable" },
            disableAllHooks = true,
            allowManagedHooksOnly = true,
            allowManagedPermissionRulesOnly = true,
            allowManagedMcpServersOnly = true,
        };
        return new AgentLaunch(command, environment, new Dictionary<string, string>
        {
            ["/etc/claude-code/managed-settings.json"] = JsonSerializer.Serialize(policy),
            // The agent may write its configuration folder; what it writes there must not become its next settings.
            [$"{SandboxPaths.Config}/settings.json"] = "{}",
        });
    }

    public IAgentReader NewReader() => new ClaudeReader();

    public IReadOnlyList<string> Greeting { get; } =
        [Line(new { type = "control_request", request_id = "initialize", request = new { subtype = "initialize" } })];

    public string Prompt(string text) =>
        Line(new { type = "user", message = new { role = "user", content = text }, parent_tool_use_id = (string?)null });

    public string Allow(string requestId, JsonElement input) => Answer(requestId, new { behavior = "allow", updatedInput = input });

    public string Deny(string requestId, string message) => Answer(requestId, new { behavior = "deny", message });

    public string Interrupt { get; } =
        Line(new { type = "control_request", request_id = "interrupt", request = new { subtype = "interrupt" } });

    public string EndSession { get; } =
        Line(new { type = "control_request", request_id = "end", request = new { subtype = "end_session", reason = "done" } });

    public bool IsEditInside(string tool, JsonElement input, string workingFolder)
    {
        if (tool is not ("Edit" or "Write" or "NotebookEdit") || input.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var field = tool == "NotebookEdit" ? "notebook_path" : "file_path";
        if (!input.TryGetProperty(field, out var path) || path.ValueKind != JsonValueKind.String
            || path.GetString()!.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        // The CLI reads ~ and blanks around a path in its own way: such a path is for a person to judge.
        if (path.GetString() is not { } text || text.StartsWith('~') || text != text.Trim() || text.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        // The agent's own .git is mounted read-only; hooks and CI files are ordinary files of the review.
        var full = Path.GetFullPath(text, workingFolder);
        return full.StartsWith(workingFolder + "/", StringComparison.Ordinal)
            && !full.StartsWith(workingFolder + "/.git/", StringComparison.Ordinal);
    }

    private static string Answer(string requestId, object response) => Line(new
    {
        type = "control_response",
        response = new { subtype = "success", request_id = requestId, response },
    });

    private static string Line(object message) => JsonSerializer.Serialize(message);
}
