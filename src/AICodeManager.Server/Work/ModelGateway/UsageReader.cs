using System.Text.Json;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Adds up the provider's <c>usage</c> objects. In a stream the counts are cumulative and come in parts.</summary>
internal static class UsageReader
{
    /// <summary>What is known so far, with the parts of <paramref name="usage"/> in place of the older ones.</summary>
    public static TokenCount Merge(TokenCount known, JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object)
            return known;
        var written = Number(usage, "cache_creation_input_tokens") ?? known.CacheWrite + known.CacheWriteHour;
        var hour = Math.Min(written, Number(Part(usage, "cache_creation"), "ephemeral_1h_input_tokens") ?? known.CacheWriteHour);
        return new TokenCount(
            Number(usage, "input_tokens") ?? known.Input,
            Number(usage, "output_tokens") ?? known.Output,
            written - hour,
            hour,
            Number(usage, "cache_read_input_tokens") ?? known.CacheRead,
            Number(Part(usage, "server_tool_use"), "web_search_requests") ?? known.WebSearches);
    }

    public static JsonElement Part(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var part) ? part : default;

    private static long? Number(JsonElement parent, string name) =>
        Part(parent, name).TryGetInt64Safely(out var value) ? Math.Clamp(value, 0, 1_000_000_000) : null;
}
