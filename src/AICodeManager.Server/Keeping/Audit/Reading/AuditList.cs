using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary><c>GET /admin/audit</c>: pages of events, or all that match as an export.</summary>
internal static class AuditList
{
    /// <summary>How far matching events are counted; a page of a million must not cost a million.</summary>
    public const long MostCounted = 10_000;

    public static async Task<IResult> GetAsync(HttpContext context, IAuditSource source, CancellationToken cancel)
    {
        var (query, refusal) = AuditQuery.Read(context.Request.Query, context.Request.Headers.Accept);
        if (query is null)
            return refusal!;
        if (query.Format is { } format)
            return new AuditExport(query.Filter, format, query.After);
        var rows = await source.NextAsync(query.Filter, query.After, query.OldestFirst, query.Limit + 1, cancel);
        var total = await source.CountAsync(query.Filter, MostCounted + 1, cancel);
        if (total > MostCounted)
            context.Response.Headers["X-Total-Count-Is-Least"] = "true";
        return new PageRequest(query.Limit, null).Cut(rows, row => row.Id, row => new AuditLine(row)).ToResult(context, Math.Min(total, MostCounted));
    }
}
