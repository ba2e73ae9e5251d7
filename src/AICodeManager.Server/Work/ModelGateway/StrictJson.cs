using System.Text.Json;
using System.Text.Unicode;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Parses what comes out of a sandbox: no duplicate keys, bounded depth, bounded memory.</summary>
/// <remarks>Two parsers that disagree on a duplicate key would let a request pass that is not the one that was checked.</remarks>
internal static class StrictJson
{
    private const int MaxDepth = 64;

    /// <summary>A parsed token costs twelve bytes; 32 MiB of <c>[[],[],…</c> would cost half a gigabyte.</summary>
    private const int MaxTokens = 1_000_000;

    /// <summary>The document, or null with the fault.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8, out string? fault)
    {
        try
        {
            fault = Inspect(utf8.Span);
            return fault is null
                ? JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false })
                : null;
        }
        catch (JsonException)
        {
            // The parser's own text may quote the body.
            fault = $"The body is not strict JSON: no duplicate keys, no comments, at most {MaxDepth} levels.";
            return null;
        }
    }

    private static string? Inspect(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            return "The body is not valid UTF-8.";
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        for (var tokens = 0; reader.Read(); tokens++)
        {
            if (tokens > MaxTokens)
                return $"The body has more than {MaxTokens} JSON tokens.";
        }

        return null;
    }
}
