using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Reads the usage out of a stream of events while its bytes pass by. Holds one line at most, and that bounded.</summary>
internal sealed class StreamMeter(TimeProvider time)
{
    private const int LongestLine = 64 << 10;

    /// <summary>No model writes faster than this: bounds what a thought cost that was never shown.</summary>
    private const int TokensPerSecond = 500;

    private readonly ArrayBufferWriter<byte> line = new();
    private bool skipping;
    private long shownBytes;
    private long? hiddenSince;
    private TokenCount used;

    public bool Started { get; private set; }

    public bool Finished { get; private set; }

    /// <summary>The type of the error the upstream put into the stream.</summary>
    public string? Error { get; private set; }

    /// <summary>Content was seen, so that tokens were made.</summary>
    public bool HasContent => shownBytes > 0;

    private bool OutputIsFinal { get; set; }

    public void Read(ReadOnlySpan<byte> chunk)
    {
        for (var end = chunk.IndexOf((byte)'\n'); end >= 0; end = chunk.IndexOf((byte)'\n'))
        {
            Keep(chunk[..end]);
            if (!skipping)
                Line(line.WrittenSpan);
            skipping = false;
            line.ResetWrittenCount();
            chunk = chunk[(end + 1)..];
        }

        Keep(chunk);
    }

    /// <summary>
    /// The final count; for a stream that broke off, the prompt as counted and an output of a token for two bytes shown,
    /// or of what fits into the time a hidden thought took. Null: nothing is known.
    /// </summary>
    public TokenCount? Used(long maxTokens)
    {
        if (!Started)
            return null;
        if (OutputIsFinal)
            return used;
        var hidden = hiddenSince is { } since ? (long)(time.GetElapsedTime(since).TotalSeconds * TokensPerSecond) : 0;
        var guess = Math.Max(shownBytes / 2, hidden);
        return used with { Output = Math.Min(maxTokens, Math.Max(used.Output, guess)) };
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        if (skipping || line.WrittenCount + part.Length > LongestLine)
        {
            // Only content is ever this long; counted as output, so that it is not for nothing.
            shownBytes += part.Length + (skipping ? 0 : line.WrittenCount);
            skipping = true;
            line.ResetWrittenCount();
            return;
        }

        line.Write(part);
    }

    private void Line(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("data:"u8))
            return;
        var reader = new Utf8JsonReader(text[5..]);
        try
        {
            if (JsonDocument.TryParseValue(ref reader, out var document))
            {
                using (document)
                    Event(document.RootElement);
            }
        }
        catch (JsonException)
        {
            shownBytes += text.Length;
        }
    }

    private void Event(JsonElement data)
    {
        switch (Text(data, "type"))
        {
            case "message_start":
                Started = true;
                used = UsageReader.Merge(used, UsageReader.Part(UsageReader.Part(data, "message"), "usage"));
                break;
            case "content_block_start":
                var kind = Text(UsageReader.Part(data, "content_block"), "type");
                hiddenSince = kind is "thinking" or "redacted_thinking" ? time.GetTimestamp() : hiddenSince;
                break;
            case "content_block_delta":
                Delta(UsageReader.Part(data, "delta"));
                break;
            case "message_delta":
                used = UsageReader.Merge(used, UsageReader.Part(data, "usage"));
                OutputIsFinal = true;
                break;
            case "message_stop":
                Finished = true;
                break;
            case "error":
                Error = Text(UsageReader.Part(data, "error"), "type") ?? "api_error";
                break;
        }
    }

    private void Delta(JsonElement delta)
    {
        if (delta.ValueKind != JsonValueKind.Object)
            return;
        foreach (var part in delta.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String && p.Name != "type"))
        {
            var bytes = JsonMarshal.GetRawUtf8Value(part.Value).Length - 2;
            shownBytes += bytes;
            if (part.Name == "thinking" && bytes > 0)
                hiddenSince = null;
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        UsageReader.Part(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
