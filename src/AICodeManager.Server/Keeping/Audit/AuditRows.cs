using System.Data;
using AICodeManager.Server.Ground.Storage;
using Dapper;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Writes entries into the table, many with one statement.</summary>
internal static class AuditRows
{
    public const string Columns =
        "id, at, name, outcome, actor_id, session_id, key_id, request_id, address, resource_type, resource_id, reason, details, "
        + "chain_id, sequence, link";

    // PostgreSQL takes 65,535 parameters; a longer statement is not quicker.
    private const int MostAtOnce = 100;

    private const string One = $"""
        INSERT INTO audit_events ({Columns})
        VALUES (@Id, @At, @Name, @Outcome, @ActorId, @SessionId, @KeyId, @RequestId, @Address, @ResourceType, @ResourceId, @Reason, @Details,
            @ChainId, @Sequence, @Link)
        """;

    private static readonly string[] Many = new string[MostAtOnce + 1];

    public static async Task InsertAsync(Transaction t, IReadOnlyList<AuditEntry> entries)
    {
        // SQLite looks up each parameter among all of a statement: a hundred rows in one take ten times as long as by themselves.
        if (t.IsInProcess || entries.Count == 1)
        {
            await t.ExecuteAsync(One, entries);
            return;
        }

        foreach (var some in entries.Chunk(MostAtOnce))
        {
            await t.ExecuteAsync(Many[some.Length] ??= StatementOf(some.Length), Parameters(some));
        }
    }

    private static DynamicParameters Parameters(AuditEntry[] entries)
    {
        var parameters = new DynamicParameters();
        for (var i = 0; i < entries.Length; i++)
        {
            var e = entries[i];
            foreach (var (column, value) in (ReadOnlySpan<(string, object?)>)
                [
                    ("a", e.Id), ("b", e.At), ("c", e.Name), ("d", e.Outcome), ("e", e.ActorId), ("f", e.SessionId), ("g", e.KeyId),
                    ("h", e.RequestId), ("i", e.Address), ("j", e.ResourceType), ("k", e.ResourceId), ("l", e.Reason),
                    ("m", e.Details), ("n", e.ChainId), ("o", e.Sequence), ("p", e.Link),
                ])
            {
                parameters.Add(column + i, value, column is "b" or "o" ? DbType.Int64 : DbType.String);
            }
        }

        return parameters;
    }

    private static string StatementOf(int rows)
    {
        var values = Enumerable.Range(0, rows).Select(
            i => "(" + string.Join(", ", "abcdefghijklmnop".Select(column => $"@{column}{i}")) + ")");
        return $"INSERT INTO audit_events ({Columns}) VALUES {string.Join(", ", values)}";
    }
}
