using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// How prompts, messages and tool calls stand in the audit: by the SHA-256 of their UTF-8, and themselves only where the
/// workspace asks for content (spec A15), at most <see cref="Longest"/> characters of each.
/// </summary>
internal static class AuditedContent
{
    /// <summary>Characters of content in one event.</summary>
    public const int Longest = 4096;

    /// <summary>Whether the workspace of a project asks for content.</summary>
    public static async Task<bool> OfProjectAsync(Reader reader, Guid projectId) => await reader.ScalarAsync<long>(
        "SELECT w.audit_content FROM workspaces w JOIN projects p ON p.workspace_id = w.id WHERE p.id = @projectId", new { projectId }) != 0;

    /// <summary>The same by a task.</summary>
    public static async Task<bool> OfTaskAsync(Reader reader, Guid taskId) => await reader.ScalarAsync<long>(
        """
        SELECT w.audit_content FROM workspaces w JOIN projects p ON p.workspace_id = w.id JOIN tasks t ON t.project_id = p.id
        WHERE t.id = @taskId
        """, new { taskId }) != 0;

    /// <summary>Adds <c>{name}_sha256</c>, <c>{name}_bytes</c> and, where it is asked for, the text under its name.</summary>
    public static Dictionary<string, object?> With(this Dictionary<string, object?> details, string name, string text, bool content)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        details[$"{name}_bytes"] = bytes.Length;
        details[$"{name}_sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return content ? details.With(name, text) : details;
    }

    /// <summary>Adds the text itself, cut where it is long.</summary>
    public static Dictionary<string, object?> With(this Dictionary<string, object?> details, string name, string text)
    {
        details[name] = Bounded(text);
        return details;
    }

    // Half a character at the cut would be no text: PostgreSQL would refuse the event, and with it what it tells of.
    private static string Bounded(string text) => text.Length <= Longest
        ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest), "…");
}
