using System.Text.Json;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Tells tools that run in the sandbox from tools that run at the provider.</summary>
/// <remarks>
/// A provider's tool (web search, web fetch, code execution, remote MCP) has a network of its own:
/// through it a repository could send out what the sandbox's missing network holds back. Only known kinds stay.
/// </remarks>
internal static class ServerTools
{
    private static readonly string[] LocalKinds = ["bash_", "text_editor_", "memory_", "computer_"];

    private static readonly string[] RemoteBetas =
        ["mcp-", "code-execution", "web-", "files-api", "skills", "fast-mode", "compact", "advisor"];

    public static bool RunsInSandbox(JsonElement tool) =>
        tool.ValueKind == JsonValueKind.Object
        && (!tool.TryGetProperty("type", out var type)
            || type.ValueKind == JsonValueKind.Null
            || (type.ValueKind == JsonValueKind.String && IsLocal(type.GetString()!)));

    public static string? Name(JsonElement tool) =>
        tool.ValueKind == JsonValueKind.Object && tool.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;

    /// <summary>The <c>anthropic-beta</c> values that may go upstream; null when none is left.</summary>
    public static string? Betas(IEnumerable<string?> headers, bool allowServerTools)
    {
        var kept = headers
            .SelectMany(h => (h ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(IsPlain)
            .Where(b => allowServerTools ? !b.StartsWith("fast-mode", StringComparison.Ordinal) : !RemoteBetas.Any(r => b.StartsWith(r, StringComparison.Ordinal)))
            .Take(64)
            .ToList();
        return kept.Count == 0 ? null : string.Join(',', kept);
    }

    private static bool IsLocal(string kind) =>
        kind == "custom" || LocalKinds.Any(local => kind.StartsWith(local, StringComparison.Ordinal));

    private static bool IsPlain(string beta) =>
        beta.Length <= 64 && beta.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
