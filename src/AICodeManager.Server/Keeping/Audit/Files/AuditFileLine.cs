using System.Text.Json;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit.Files;

/// <summary>A line of a file: an entry as JSON.</summary>
internal static class AuditFileLine
{
    /// <summary>Bytes; no event is as long.</summary>
    public const int Longest = 1 << 20;

    /// <summary>Null where the line is no entry.</summary>
    public static AuditEntry? Parse(string line)
    {
        try
        {
            return line.Length > Longest ? null : JsonSerializer.Deserialize<AuditEntry>(line, WireJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
