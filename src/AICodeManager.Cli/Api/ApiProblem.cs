using System.Net;
using System.Text;
using System.Text.Json;

namespace AICodeManager.Cli.Api;

/// <summary>A refusal of the server (RFC 9457), read with forbearance: a proxy may have written it.</summary>
internal sealed record ApiProblem(
    HttpStatusCode Status, string Code, string Title, string? Detail, IReadOnlyList<(string Field, string Fault)> Faults)
{
    private const int MostFaults = 50;
    private const int LargestBody = 256 * 1024;

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The server's clock when it refused.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The fresh proof that the server asks for (RFC 9470); null where it asks for none that this client knows.</summary>
    public ProofKind? Proof { get; init; }

    /// <summary>The token is what is wrong, so that another one may do.</summary>
    public bool IsAboutTheToken =>
        Status is HttpStatusCode.Unauthorized
        && Code is not "session_required"
        && (Code.StartsWith("token_", StringComparison.Ordinal) || Code.StartsWith("session_", StringComparison.Ordinal));

    /// <summary>The key that signed is what is wrong, or what it signed did not arrive as it was sent.</summary>
    public bool IsAboutTheKey => Status is HttpStatusCode.Unauthorized && Code is "signature_invalid" or "signature_malformed" or "key_revoked";

    /// <summary>The time by which was signed may be what is wrong.</summary>
    public bool IsAboutTheTime => Code is "signature_expired" or "proof_invalid";

    /// <summary>A password or code is what is wrong or missing: sending the request again would cost one more attempt.</summary>
    public bool IsAboutAProof => Code is "invalid_credentials" or "invalid_proof" or "two_factor_required" or "step_up_required";

    public ExitCode Exit => Status switch
    {
        _ when Proof is not null => ExitCode.Failed,
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
                text.Append(Title is [.., '.' or '!' or '?'] ? " " : ": ").Append(Detail);
            foreach (var (name, fault) in Faults)
                text.Append(text[^1] is '.' ? " " : "; ").Append(name).Append(": ").Append(fault);
            return text[^1] is '.' or '!' or '?' ? text.ToString() : text.Append('.').ToString();
        }
    }

    public static async Task<ApiProblem> ReadAsync(HttpResponseMessage answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var start = new byte[LargestBody];
        var length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var problem = Read(answer.StatusCode, start.AsMemory(0, length), answer.Content.Headers.ContentType?.MediaType);
        return problem with
        {
            Date = answer.Headers.Date,
            RetryAfter = answer.Headers.RetryAfter is { } wait ? wait.Delta ?? wait.Date - now : null,
            Proof = answer.StatusCode is HttpStatusCode.Unauthorized ? ProofDemand.Of(answer.Headers.WwwAuthenticate) : null,
        };
    }

    private static ApiProblem Read(HttpStatusCode status, ReadOnlyMemory<byte> body, string? mediaType)
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
