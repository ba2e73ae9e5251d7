using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Reads a call's body and writes the one that goes upstream. Only named fields pass; the rest is dropped.</summary>
/// <remarks>
/// Not passed on knowingly: <c>service_tier</c>, <c>speed</c> and <c>inference_geo</c> (they change the price),
/// <c>mcp_servers</c> and <c>container</c> unless server tools are allowed, edits of the context other than <c>clear_…</c>
/// (a compaction is a second call that nobody reserved money for), and metadata other than the user's id.
/// </remarks>
internal sealed class RequestScreen(PriceList prices, bool allowServerTools)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 80 };

    private static readonly Dictionary<string, JsonValueKind[]> PassedAsIs = new()
    {
        ["messages"] = [JsonValueKind.Array],
        ["system"] = [JsonValueKind.String, JsonValueKind.Array],
        ["thinking"] = [JsonValueKind.Object],
        ["output_config"] = [JsonValueKind.Object],
        ["output_format"] = [JsonValueKind.Object],
        ["cache_control"] = [JsonValueKind.Object],
        ["stop_sequences"] = [JsonValueKind.Array],
        ["temperature"] = [JsonValueKind.Number],
        ["top_p"] = [JsonValueKind.Number],
        ["top_k"] = [JsonValueKind.Number],
    };

    private static readonly string[] Counted =
        ["model", "messages", "system", "thinking", "output_config", "cache_control", "tools", "tool_choice", "context_management"];

    /// <summary>The call to send, or null with the refusal.</summary>
    public ScreenedRequest? Read(ReadOnlyMemory<byte> body, bool counting, out GatewayRefusal? refusal)
    {
        using var document = StrictJson.Parse(body, out var fault);
        if (document is null)
            return Refuse(GatewayRefusal.Invalid(fault!), out refusal);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            return Refuse(GatewayRefusal.Invalid("The body must be a JSON object."), out refusal);
        if (Text(root, "model") is not { } model || root.TryGetProperty("messages", out var messages) is false || messages.ValueKind != JsonValueKind.Array)
            return Refuse(GatewayRefusal.Invalid("'model' (a text) and 'messages' (a list) are needed."), out refusal);
        if (prices.Find(model) is not { } priced)
            return Refuse(UnknownModel(model), out refusal);

        var maxTokens = 0L;
        if (!counting && (!root.TryGetProperty("max_tokens", out var max) || !max.TryGetInt64Safely(out maxTokens) || maxTokens is < 1 or > 10_000_000))
            return Refuse(GatewayRefusal.Invalid("'max_tokens' must be a whole number from 1 to 10,000,000."), out refusal);
        var content = new ContentScreen();
        if (!allowServerTools && content.Check(root) is { } refused)
            return Refuse(GatewayRefusal.Invalid(refused), out refusal);

        return Write(root, model, priced, maxTokens, content, out refusal);
    }

    private ScreenedRequest? Write(
        JsonElement root, string model, (string Name, ModelPrice Price) priced, long maxTokens, ContentScreen content, out GatewayRefusal? refusal)
    {
        var dropped = 0;
        var whole = new ArrayBufferWriter<byte>();
        var counted = new ArrayBufferWriter<byte>();
        try
        {
            using var writer = new Utf8JsonWriter(whole, Plain);
            using var counter = new Utf8JsonWriter(counted, Plain);
            writer.WriteStartObject();
            counter.WriteStartObject();
            foreach (var field in root.EnumerateObject().Where(f => f.Name != "max_tokens"))
            {
                if (!Field(writer, root, field))
                    dropped++;
                if (Counted.Contains(field.Name))
                    Field(counter, root, field);
            }

            writer.Flush();
            counter.WriteEndObject();
            counter.Flush();
        }
        catch (InvalidOperationException)
        {
            return Refuse(GatewayRefusal.Invalid("A text in the body holds half of a surrogate pair."), out refusal);
        }

        refusal = null;
        var stream = root.TryGetProperty("stream", out var flag) && flag.ValueKind == JsonValueKind.True;
        return new ScreenedRequest(
            model, priced.Name, priced.Price, stream, maxTokens, Thinking(root), InputBound(whole.WrittenCount, content, priced.Price),
            whole.WrittenSpan.IndexOf("\"1h\""u8) >= 0, whole.WrittenMemory, counted.WrittenMemory, dropped);
    }

    private bool Field(Utf8JsonWriter writer, JsonElement root, JsonProperty field)
    {
        switch (field.Name)
        {
            case "model":
                writer.WriteString("model", field.Value.GetString());
                return true;
            case "stream" when field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                writer.WriteBoolean("stream", field.Value.GetBoolean());
                return true;
            case "metadata" when Text(field.Value, "user_id") is { Length: <= 512 } user:
                writer.WriteStartObject("metadata");
                writer.WriteString("user_id", user);
                writer.WriteEndObject();
                return true;
            case "tools" when field.Value.ValueKind == JsonValueKind.Array:
                var tools = Tools(root).ToList();
                Items(writer, "tools", tools);
                return tools.Count == field.Value.GetArrayLength();
            case "tool_choice" when field.Value.ValueKind == JsonValueKind.Object:
                return Choice(writer, root, field);
            case "context_management" when field.Value.ValueKind == JsonValueKind.Object:
                return Edits(writer, field.Value);
            case "mcp_servers" or "container" when allowServerTools:
                field.WriteTo(writer);
                return true;
            default:
                if (!PassedAsIs.TryGetValue(field.Name, out var kinds) || !kinds.Contains(field.Value.ValueKind))
                    return false;
                field.WriteTo(writer);
                return true;
        }
    }

    private IEnumerable<JsonElement> Tools(JsonElement root) =>
        root.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array
            ? tools.EnumerateArray().Where(tool => allowServerTools || ServerTools.RunsInSandbox(tool))
            : [];

    /// <summary>A choice without tools, or of a tool that was removed, would be refused upstream.</summary>
    private bool Choice(Utf8JsonWriter writer, JsonElement root, JsonProperty field)
    {
        var named = Text(field.Value, "name");
        if (!(named is null ? Tools(root).Any() : Tools(root).Any(tool => ServerTools.Name(tool) == named)))
            return false;
        field.WriteTo(writer);
        return true;
    }

    private static bool Edits(Utf8JsonWriter writer, JsonElement management)
    {
        if (!management.TryGetProperty("edits", out var edits) || edits.ValueKind != JsonValueKind.Array)
            return false;
        var kept = edits.EnumerateArray().Where(e => Text(e, "type")?.StartsWith("clear_", StringComparison.Ordinal) == true).ToList();
        writer.WriteStartObject("context_management");
        Items(writer, "edits", kept);
        writer.WriteEndObject();
        return kept.Count == edits.GetArrayLength();
    }

    private static void Items(Utf8JsonWriter writer, string name, List<JsonElement> items)
    {
        if (items.Count == 0)
            return;
        writer.WriteStartArray(name);
        items.ForEach(item => item.WriteTo(writer));
        writer.WriteEndArray();
    }

    /// <summary>
    /// One token a byte, because a tokenizer over bytes cannot make more; 5,000 for an image, whose data is not text;
    /// the whole context for a document; 2,000 for what the provider adds around tools; never more than the context.
    /// </summary>
    private static long InputBound(int bytes, ContentScreen content, ModelPrice price) =>
        content.Documents > 0
            ? price.ContextTokens
            : Math.Min(price.ContextTokens, bytes - content.ImageBytes + content.Images * 5_000L + 2_000);

    private static long Thinking(JsonElement root) =>
        root.TryGetProperty("thinking", out var thinking) && thinking.ValueKind == JsonValueKind.Object
        && thinking.TryGetProperty("budget_tokens", out var budget) && budget.TryGetInt64Safely(out var tokens)
            ? Math.Max(0, tokens)
            : 0;

    private GatewayRefusal UnknownModel(string model)
    {
        var shown = model.Length <= 80 && model.All(c => char.IsAsciiLetterOrDigit(c) || "-._[]:/@".Contains(c)) ? model : "that was asked for";
        return GatewayRefusal.Forbidden($"The model {shown} has no price here, so it cannot be called. Models with a price: {prices.Names}.")
            with { Fault = FaultKinds.ModelNotAllowed };
    }

    private static ScreenedRequest? Refuse(GatewayRefusal why, out GatewayRefusal? refusal)
    {
        refusal = why;
        return null;
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
