using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary><c>GET /admin/audit</c>: pages of events, or all that match as an export.</summary>
internal static class AuditList
{
    /// <summary>How far matching events are counted; a page of a million must not cost a million.</summary>
    public const long MostCounted = 10_000;

    public static async Task<IResult> GetAsync(HttpContext context, IAuditSource source, CancellationToken cancel)
    {
        var (query, refusal) = AuditQuery.Read(context.Request.Query, context.Request.Headers.Accept, source);
        if (query is null)
            return refusal!;
        if (query.Format is { } format)
            return new AuditExport(query.Filter, format, query.Cursor);
        var slice = await source.NextAsync(query.Filter, query.Cursor, query.OldestFirst, query.Limit, cancel);
        var total = await source.CountAsync(query.Filter, MostCounted, cancel);
        if (total.IsLeast)
            context.Response.Headers["X-Total-Count-Is-Least"] = "true";
        return new Page<AuditLine>([.. slice.Entries.Select(entry => new AuditLine(entry))], slice.Next).ToResult(context, total.Count);
    }
}
