using System.Runtime.CompilerServices;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>Reads a chain out of the table in its order, a page at a time.</summary>
internal static class EntryPages
{
    private const int PageSize = 1_000;

    /// <summary>From a place on, inclusive. What cannot be read throws at the very entry, after those before it.</summary>
    public static async IAsyncEnumerable<AuditEntry> ReadAsync(
        Database database, string chain, long from, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (size, last) = (PageSize, default(AuditEntry));
        while (true)
        {
            IReadOnlyList<AuditEntry> page;
            try
            {
                page = await PageAsync(database, chain, from, last, size, cancel);
            }
            catch (Exception damaged) when (size > 1 && DamagedStore.IsSeenIn(damaged))
            {
                size = 1; // up to the one that is damaged
                continue;
            }

            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < (size == 1 ? 1 : size - 1))
            {
                yield break;
            }

            last = page[^1];
        }
    }

    // A full page begins at the place where the one before ended: two entries at one place are both seen.
    private static async Task<IReadOnlyList<AuditEntry>> PageAsync(
        Database database, string chain, long from, AuditEntry? last, int size, CancellationToken cancel)
    {
        var arguments = new { chain, from = last is null ? from : size == 1 ? last.Sequence + 1 : last.Sequence, size };
        var page = await database.ReadAsync(
            r => r.QueryAsync<AuditEntry>(
                $"SELECT {AuditRows.Columns} FROM audit_events WHERE chain_id = @chain AND sequence >= @from ORDER BY sequence LIMIT @size",
                arguments),
            cancel);
        return last is null ? page : [.. page.Where(entry => entry.Id != last.Id)];
    }
}
