using System.Runtime.CompilerServices;
using AICodeManager.Server.Ground.Storage;
using Dapper;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>Reads a column from its first row to its last, a page at a time, each in a transaction of its own.</summary>
internal sealed class SealedWalk(Database database, SealedColumn column)
{
    private const int MostRows = 64;
    private const long MostCharacters = 4 << 20;

    private readonly string keys = string.Join(", ", column.Keys);

    /// <summary>Every value, of an optional column those that may be sealed.</summary>
    public static string Sealed(SealedColumn column) => column.Optional
        ? $"({column.Column} LIKE '{SealedText.PrefixOf(SealedText.FirstForm)}%' OR {column.Column} LIKE 'v2.%')"
        : $"{column.Column} IS NOT NULL";

    /// <summary>Every value that is not sealed under the key of a number.</summary>
    /// <param name="clear">Whether texts in clear of an optional column are among them.</param>
    public static string NotUnder(SealedColumn column, long number, bool clear) =>
        $"{(clear ? $"{column.Column} IS NOT NULL" : Sealed(column))} AND {column.Column} NOT LIKE '{SealedText.PrefixOf(number)}%'";

    public Task<long> CountAsync(string where, CancellationToken cancel) =>
        database.ReadAsync(r => r.ScalarAsync<long>($"SELECT COUNT(*) FROM {column.Table} WHERE {where}"), cancel);

    public async IAsyncEnumerable<IReadOnlyList<SealedRow>> PagesAsync(string where, [EnumeratorCancellation] CancellationToken cancel)
    {
        IReadOnlyList<object>? last = null;
        while (await SizeAsync(where, last, cancel) is > 0 and var size)
        {
            var page = await ReadAsync($"{column.Column} AS sealed, {column.Version ?? "0"} AS version, {keys}", where, last, size, cancel);
            if (page.Count == 0)
            {
                yield break;
            }

            SealedRow[] rows = [.. page.Select(Row)];
            last = rows[^1].Keys;
            yield return rows;
        }
    }

    /// <summary>Puts a text in the place of another, provided that nobody else has meanwhile.</summary>
    public async Task<bool> ReplaceAsync(Transaction t, SealedRow row, string text)
    {
        var arguments = new DynamicParameters(new { text, before = row.Text });
        for (var i = 0; i < row.Keys.Count; i++)
        {
            arguments.Add($"key{i}", row.Keys[i]);
        }

        // The version stays: it is the same value.
        if (column.Version is not null)
        {
            arguments.Add("version", row.Version);
        }

        var version = column.Version is null ? "" : $" AND {column.Version} = @version";
        return await t.ExecuteAsync(
            $"""
            UPDATE {column.Table} SET {column.Column} = @text
            WHERE {string.Join(" AND ", column.Keys.Select((key, i) => $"{key} = @key{i}"))} AND {column.Column} = @before{version}
            """, arguments) > 0;
    }

    // How many of the next rows are read at once: outputs of agents may have mebibytes each.
    private async Task<int> SizeAsync(string where, IReadOnlyList<object>? last, CancellationToken cancel)
    {
        var (rows, characters) = (0, 0L);
        foreach (IDictionary<string, object> next in await ReadAsync($"LENGTH({column.Column}) AS length", where, last, MostRows, cancel))
        {
            characters += Convert.ToInt64(next["length"]);
            if (rows > 0 && characters > MostCharacters)
            {
                break;
            }

            rows++;
        }

        return rows;
    }

    private Task<IReadOnlyList<object>> ReadAsync(string columns, string where, IReadOnlyList<object>? last, int most, CancellationToken cancel)
    {
        var after = new DynamicParameters();
        for (var i = 0; i < last?.Count; i++)
        {
            after.Add($"key{i}", last[i]);
        }

        var from = last is null ? "" : $" AND ({keys}) > ({string.Join(", ", last.Select((_, i) => $"@key{i}"))})";
        return database.ReadAsync(
            r => r.QueryAsync<object>($"SELECT {columns} FROM {column.Table} WHERE {where}{from} ORDER BY {keys} LIMIT {most}", after), cancel);
    }

    private SealedRow Row(object read)
    {
        var values = (IDictionary<string, object>)read;
        return new SealedRow([.. column.Keys.Select(key => values[key])], (string)values["sealed"], Convert.ToInt64(values["version"]));
    }
}
