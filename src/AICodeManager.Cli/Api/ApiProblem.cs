using System.Net;
using System.Text;
using System.Text.Json;

namespace AICodeManager.Cli.Api;

/// <summary>A refusal of the server (RFC 9457), read with forbearance: a proxy may have written it.</summary>
internal sealed record ApiProblem(
    HttpStatusCode Status, string Code, string Title, string? Detail, IReadOnlyList<(string Field, string Fault)> Faults)
{
    private const int MostFaults = 50;

    public ExitCode Exit => Status switch
    {
        HttpStatusCode.Unauthorized => ExitCode.NotSignedIn,
        HttpStatusCode.NotFound => ExitCode.NotFound,
        _ => ExitCode.Failed,
    };

    /// <summary>The refusal may pass by itself.</summary>
    public bool IsPassing => Status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)Status >= 500;

    /// <summary><c>title: detail</c>, then the fields, all on one line.</summary>
    public string Summary
    {
        get
        {
            var text = new StringBuilder(Title);
            if (!string.IsNullOrWhiteSpace(Detail) && Detail != Title)
                text.Append(": ").Append(Detail);
            foreach (var (name, fault) in Faults)
                text.Append(text[^1] is '.' ? " " : "; ").Append(name).Append(": ").Append(fault);
            return text[^1] is '.' or '!' or '?' ? text.ToString() : text.Append('.').ToString();
        }
    }

    public static ApiProblem Read(HttpStatusCode status, ReadOnlyMemory<byte> body, string? mediaType)
    {
        if (mediaType is "application/problem+json" or "application/json")
        {
            try
            {
                using var document = JsonDocument.Parse(body);
                if (document.RootElement.ValueKind is JsonValueKind.Object)
                    return Read(status, document.RootElement);
            }
            catch (JsonException)
            {
                // What it is not is told below by its status alone.
            }
        }

        return new ApiProblem(status, $"http_{(int)status}", $"The server answered {(int)status} {status}", null, []);
    }

    private static ApiProblem Read(HttpStatusCode status, JsonElement body)
    {
        var faults = new List<(string, string)>();
        if (body.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Object)
        {
            foreach (var field in errors.EnumerateObject())
            foreach (var fault in field.Value.ValueKind is JsonValueKind.Array ? field.Value.EnumerateArray().ToArray() : [field.Value])
                if (faults.Count < MostFaults)
                    faults.Add((field.Name, fault.ValueKind is JsonValueKind.String ? fault.GetString()! : fault.GetRawText()));
        }

        return new ApiProblem(
            status,
            Text(body, "code") ?? Text(body, "error") ?? $"http_{(int)status}",
            Text(body, "title") ?? Text(body, "message") ?? $"The server answered {(int)status} {status}",
            Text(body, "detail"),
            faults);
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
