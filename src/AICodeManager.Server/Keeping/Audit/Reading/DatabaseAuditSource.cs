using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>Reads events from the database, page by page: no connection is held while a client takes its time.</summary>
public sealed class DatabaseAuditSource(Database database) : IAuditSource
{
    public async Task<IReadOnlyList<AuditEntry>> NextAsync(AuditFilter filter, string? after, bool oldestFirst, int take, CancellationToken cancel)
    {
        var (where, parameters) = filter.Where();
        parameters["take"] = take;
        if (after is { } id)
        {
            parameters["after"] = id;
            where += oldestFirst ? " AND id > @after" : " AND id < @after";
        }

        var order = oldestFirst ? "id" : "id DESC";
        return await database.ReadAsync(
            r => r.QueryAsync<AuditEntry>($"SELECT * FROM audit_events WHERE {where} ORDER BY {order} LIMIT @take", parameters), cancel);
    }

    public async Task<long> CountAsync(AuditFilter filter, long most, CancellationToken cancel)
    {
        var (where, parameters) = filter.Where();
        parameters["most"] = most;
        return await database.ReadAsync(
            r => r.ScalarAsync<long>($"SELECT COUNT(*) FROM (SELECT 1 FROM audit_events WHERE {where} LIMIT @most) AS counted", parameters), cancel);
    }
}
