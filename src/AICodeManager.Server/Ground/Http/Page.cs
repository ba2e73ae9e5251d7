namespace AICodeManager.Server.Ground.Http;

/// <summary>One page of a list, as section E of the contract shapes it.</summary>
/// <param name="Next">Cursor of the next page, or null.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Sends the page with <c>X-Total-Count</c>.</summary>
    public IResult ToResult(HttpContext context, long total)
    {
        context.Response.Headers["X-Total-Count"] = total.ToString();
        return TypedResults.Json(this, WireJson.Options);
    }
}

/// <summary>What a list route takes: <c>?limit=</c> (1 to 200, default 50) and <c>?cursor=</c> (an id from <c>next</c>).</summary>
/// <param name="After">Id of the last row of the page before, in the form the database keeps; null at the beginning.</param>
public sealed record PageRequest(int Limit, string? After)
{
    private const int MaxCursor = 200;

    /// <summary>The cursor as it was sent, for lists whose rows are named otherwise; null at the beginning.</summary>
    public string? Cursor { get; init; }

    public static ValueTask<PageRequest?> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = int.TryParse(query["limit"], out var asked) ? Math.Clamp(asked, 1, 200) : 50;
        var after = Guid.TryParseExact(query["cursor"], "D", out var cursor) ? cursor.ToString("D") : null;
        var text = query["cursor"] is [{ Length: > 0 and <= MaxCursor } sent] && !sent.Any(char.IsControl) ? sent : null;
        return ValueTask.FromResult<PageRequest?>(new PageRequest(limit, after) { Cursor = text });
    }

    /// <summary>Cuts rows that were read with <c>LIMIT Limit + 1</c> into a page.</summary>
    public Page<TOut> Cut<TRow, TOut>(IReadOnlyList<TRow> rows, Func<TRow, Guid> id, Func<TRow, TOut> view) =>
        Cut(rows, row => id(row).ToString("D"), view);

    /// <summary>The same for rows with another name than a UUID, see <see cref="Cursor"/>.</summary>
    public Page<TOut> Cut<TRow, TOut>(IReadOnlyList<TRow> rows, Func<TRow, string> name, Func<TRow, TOut> view) =>
        new([.. rows.Take(Limit).Select(view)], rows.Count > Limit ? name(rows[Limit - 1]) : null);
}
