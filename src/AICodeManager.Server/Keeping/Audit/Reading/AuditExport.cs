using System.Buffers;
using System.Text.Json;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>
/// Every event that matches, oldest first, one a line, as it is read: in memory are one page of events and what the client has
/// not taken yet. It ends with what had happened when it began, so that it ends at all.
/// </summary>
/// <param name="begin">Goes on there, where an export before broke off; null from the first event on.</param>
internal sealed class AuditExport(AuditFilter filter, AuditFormat format, string? begin) : IResult
{
    private const int Page = 500;

    /// <summary>Bytes that are written before the client is waited for.</summary>
    private const int Portion = 32 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var cancel = httpContext.RequestAborted;
        var source = services.GetRequiredService<IAuditSource>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var bounded = filter.To is { } to && to < now ? filter : filter with { To = now };
        // Before the first byte: whoever carries the audit out has left a trace of it.
        await services.GetRequiredService<AuditTrail>().RecordAsync(RequestOrigin.Of(httpContext), Told(), cancel);

        var response = httpContext.Response;
        response.ContentType = format.ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit-{now:yyyyMMdd'T'HHmmss'Z'}.{format.Word}\"";
        response.Headers["X-Accel-Buffering"] = "no";
        await using var line = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Encoder = WireJson.Options.Encoder, MaxDepth = WireJson.Options.MaxDepth });
        var cursor = begin;
        do
        {
            var slice = await source.NextAsync(bounded, cursor, oldestFirst: true, Page, cancel);
            foreach (var entry in slice.Entries)
            {
                format.Write(line, entry);
                line.Flush();
                line.Reset();
                response.BodyWriter.Write("\n"u8);
                if (response.BodyWriter.UnflushedBytes >= Portion)
                    await response.BodyWriter.FlushAsync(cancel);
            }

            cursor = slice.Next;
        }
        while (cursor is not null);
        await response.BodyWriter.FlushAsync(cancel);
    }

    private AuditEvent Told()
    {
        var details = new Dictionary<string, object?> { ["format"] = format.Word };
        if (filter.From is { } from)
            details["from"] = from;
        if (filter.To is { } to)
            details["to"] = to;
        if (filter.Names.Count > 0)
            details["names"] = string.Join(' ', filter.Names);
        if (string.Join(' ', Conditions()) is { Length: > 0 } others)
            details["filtered_by"] = others;
        return new AuditEvent("audit_exported") { Details = details };
    }

    private IEnumerable<string> Conditions()
    {
        (string Name, object? Value)[] all =
        [
            ("outcome", filter.Outcome), ("actor", filter.Actor), ("session", filter.Session), ("key", filter.Key), ("request", filter.Request),
            ("address", filter.Address), ("resource_type", filter.ResourceType), ("resource_id", filter.ResourceId),
        ];
        return all.Where(one => one.Value is not null).Select(one => one.Name);
    }
}
