using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>A form that events are exported in, one JSON document a line.</summary>
/// <param name="Word">As <c>?format=</c> and the audit name it.</param>
public sealed record AuditFormat(string Word, string ContentType, Action<Utf8JsonWriter, AuditEntry> Write);

/// <summary>The forms: <c>jsonl</c>, our own members, and <c>ocsf</c>, the Open Cybersecurity Schema Framework.</summary>
internal static class AuditFormats
{
    public static readonly AuditFormat JsonLines = new("jsonl", "application/x-ndjson", AuditLine.Write);

    public static readonly AuditFormat Ocsf = new("ocsf", "application/x-ndjson; profile=\"ocsf\"", OcsfEvent.Write);

    /// <summary>Null for <c>json</c>: pages.</summary>
    public static AuditFormat? Named(string word) => word switch
    {
        "jsonl" => JsonLines,
        "ocsf" => Ocsf,
        _ => null,
    };

    /// <summary>By <c>Accept</c>: the first of <c>application/x-ndjson</c> and <c>application/jsonl</c>, with <c>profile=ocsf</c> or without.</summary>
    public static AuditFormat? Of(StringValues accept)
    {
        foreach (var part in accept.SelectMany(value => (value ?? "").Split(',')))
        {
            if (!MediaTypeHeaderValue.TryParse(part, out var type) || type.MediaType is not ("application/x-ndjson" or "application/jsonl"))
                continue;
            return type.Parameters.Any(parameter => parameter.Name == "profile" && parameter.Value?.Trim('"') == "ocsf") ? Ocsf : JsonLines;
        }

        return null;
    }
}
