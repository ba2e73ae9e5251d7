using System.Text.Json.Serialization;

namespace AICodeManager.Server.Ground.Http;

/// <summary>Told of every refusal after it was decided and before it is answered. Must not throw and must not wait.</summary>
public interface IRefusalSink
{
    void Refused(HttpContext context, Refusal refusal);
}

/// <summary>The one place where refusals become problem documents (RFC 9457) and reach audit, log and metrics.</summary>
public sealed class RefusalFunnel(IEnumerable<IRefusalSink> sinks)
{
    private static readonly string[] DescribingHeaders =
    [
        "Content-Type", "Content-Length", "Content-Disposition", "Content-Encoding", "Content-Range", "ETag", "Last-Modified",
        "Location", "Set-Cookie", "X-Total-Count",
    ];

    private readonly IRefusalSink[] sinks = [.. sinks];

    public async Task AnswerAsync(HttpContext context, Refusal refusal)
    {
        foreach (var sink in sinks)
        {
            sink.Refused(context, refusal);
        }

        if (context.Response.HasStarted)
        {
            // Part of another answer is out already: cutting the connection is all that is honest.
            context.Abort();
            return;
        }

        // What the edge put on every answer stays; what described the answer that is not sent goes.
        foreach (var header in DescribingHeaders)
        {
            context.Response.Headers.Remove(header);
        }

        context.Response.StatusCode = refusal.Status;
        foreach (var (name, value) in refusal.Headers ?? new Dictionary<string, string>())
        {
            context.Response.Headers[name] = value;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (RefusalPage.Of(context, refusal) is { } page)
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(page, context.RequestAborted);
            return;
        }

        await context.Response.WriteAsJsonAsync(
            new ProblemDocument(
                $"urn:aicli:{refusal.Code}", refusal.Title, refusal.Status, refusal.Detail, refusal.Code,
                context.TraceIdentifier, refusal.Errors) { More = refusal.Extensions?.ToDictionary() },
            WireJson.Options,
            "application/problem+json",
            context.RequestAborted);
    }

    /// <summary>RFC 9457 section 3.1 with this product's members <c>code</c>, <c>request_id</c> and <c>errors</c>.</summary>
    private sealed record ProblemDocument(
        string Type,
        string Title,
        int Status,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
        string Code,
        string RequestId,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors)
    {
        [JsonExtensionData]
        public Dictionary<string, object?>? More { get; init; }
    }
}
