using System.Text.Json;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Walks the content of a call: refuses what the provider would fetch by itself, and measures what is not text.</summary>
/// <remarks>
/// An image whose source is an address makes the provider call that address: a way out of the sandbox, with data in the path.
/// The input of a tool call is data of the conversation and is never looked into.
/// </remarks>
internal sealed class ContentScreen
{
    /// <summary>Base64 images, and the bytes of their data.</summary>
    public int Images { get; private set; }

    public long ImageBytes { get; private set; }

    /// <summary>Base64 documents: how many tokens one holds cannot be told from its size.</summary>
    public int Documents { get; private set; }

    /// <summary>The fault, or null.</summary>
    public string? Check(JsonElement body)
    {
        if (body.TryGetProperty("system", out var system) && Blocks(system) is { } fault)
            return fault;
        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("content", out var content))
                return "Every message must be an object with 'content'.";
            if (Blocks(content) is { } refused)
                return refused;
        }

        return null;
    }

    private string? Blocks(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String or JsonValueKind.Null => null,
        JsonValueKind.Array => content.EnumerateArray().Select(Block).FirstOrDefault(fault => fault is not null),
        JsonValueKind.Object => Block(content),
        _ => "Content must be a text or a list of blocks.",
    };

    private string? Block(JsonElement block)
    {
        if (block.ValueKind != JsonValueKind.Object || !block.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            return "Every content block must be an object with a 'type'.";
        if (type.GetString() is "tool_use" or "server_tool_use" or "mcp_tool_use")
            return null;
        if (block.TryGetProperty("file_id", out _))
            return "Files kept at the provider are refused: send the content itself.";
        if (block.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.Object && Source(type.GetString()!, source) is { } fault)
            return fault;
        return block.TryGetProperty("content", out var content) ? Blocks(content) : null;
    }

    private string? Source(string blockType, JsonElement source)
    {
        var kind = source.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
        switch (kind)
        {
            case "base64" when blockType == "image":
                Images++;
                ImageBytes += source.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.String ? data.GetString()!.Length : 0;
                return null;
            case "base64":
                Documents++;
                return null;
            case "text":
                return null;
            case "content":
                return source.TryGetProperty("content", out var content) ? Blocks(content) : null;
            default:
                return "A source must be of type base64, text or content: the provider would fetch any other by itself.";
        }
    }
}
