using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>
/// Reads events from the database in the order of their ids, which is that of time, page by page: no connection is held while a
/// client takes its time. A cursor is the id of the last event seen.
/// </summary>
public sealed class DatabaseAuditSource(Database database) : IAuditSource
{
    public string AcceptedCursor => "what next of a page says, or the id of an event";

    public bool IsCursor(string text) => Guid.TryParseExact(text, "D", out _);

    public async Task<AuditSlice> NextAsync(AuditFilter filter, string? cursor, bool oldestFirst, int take, CancellationToken cancel)
    {
        var (where, parameters) = filter.Where();
        parameters["take"] = take + 1;
        if (cursor is not null)
        {
            parameters["after"] = cursor.ToLowerInvariant();
            where += oldestFirst ? " AND id > @after" : " AND id < @after";
        }

        var order = oldestFirst ? "id" : "id DESC";
        var rows = await database.ReadAsync(
            r => r.QueryAsync<AuditEntry>($"SELECT * FROM audit_events WHERE {where} ORDER BY {order} LIMIT @take", parameters), cancel);
        return rows.Count > take ? new([.. rows.Take(take)], rows[take - 1].Id) : new(rows, null);
    }

    public async Task<AuditCount> CountAsync(AuditFilter filter, long most, CancellationToken cancel)
    {
        var (where, parameters) = filter.Where();
        parameters["most"] = most + 1;
        var count = await database.ReadAsync(
            r => r.ScalarAsync<long>($"SELECT COUNT(*) FROM (SELECT 1 FROM audit_events WHERE {where} LIMIT @most) AS counted", parameters), cancel);
        return new(Math.Min(count, most), count > most);
    }
}
