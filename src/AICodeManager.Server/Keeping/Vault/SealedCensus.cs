using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>Tells which values lie under which key, by their form alone: nothing is opened.</summary>
public sealed class SealedCensus(Database database)
{
    /// <summary>Values of one column under one key.</summary>
    /// <param name="Number">The key's; 0 for the first form.</param>
    public sealed record Share(SealedColumn Column, long Number, long Values);

    /// <summary>Reads every sealed value there is: not for the way of a request.</summary>
    public async Task<IReadOnlyList<Share>> TakeAsync(CancellationToken cancel)
    {
        List<Share> all = [];
        foreach (var column in SealedColumns.All)
        {
            var found = new SortedDictionary<long, long>();
            await foreach (var page in new SealedWalk(database, column).PagesAsync(SealedWalk.Sealed(column), cancel))
            {
                foreach (var row in page)
                {
                    if (SealedText.TryParse(row.Text, out var parsed))
                    {
                        found[parsed.Number] = found.GetValueOrDefault(parsed.Number) + 1;
                    }
                }
            }

            all.AddRange(found.Select(pair => new Share(column, pair.Key, pair.Value)));
        }

        return all;
    }
}
