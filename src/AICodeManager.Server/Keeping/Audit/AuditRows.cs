using AICodeManager.Server.Ground.Storage;
using Dapper;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Writes entries into the table, many with one statement.</summary>
internal static class AuditRows
{
    public const string Columns =
        "id, at, name, outcome, actor_id, session_id, key_id, request_id, address, resource_type, resource_id, reason, details, "
        + "chain_id, sequence, link";

    // SQLite takes 32,766 parameters, PostgreSQL 65,535; a longer statement is not quicker.
    private const int MostAtOnce = 100;

    private static readonly string One = StatementOf(1);
    private static readonly string[] Many = new string[MostAtOnce + 1];

    public static async Task InsertAsync(Transaction t, IReadOnlyList<AuditEntry> entries)
    {
        if (entries is [var only])
        {
            await t.ExecuteAsync(One, Parameters([only]));
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
                parameters.Add(column + i, value, value is long ? System.Data.DbType.Int64 : System.Data.DbType.String);
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
