using System.Text;
using Dapper;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>One statement for many claims, in a few sizes so that statements stay known to the database.</summary>
internal static class ClaimInsert
{
    // Spares PostgreSQL round trips; with many more, SQLite's search for parameters by name costs more than it saves.
    private const int Most = 16;

    private static readonly string[] Texts = [.. Enumerable.Range(0, int.Log2(Most) + 1).Select(power => Compose(1 << power))];

    private static readonly string[] Shards = Names('s'), Keys = Names('n'), Data = Names('d'), Ends = Names('e');

    /// <summary>Rows of the next statement where so many are left: a power of two.</summary>
    public static int SizeFor(int left) => Math.Min(Most, 1 << int.Log2(left));

    public static string Text(int rows) => Texts[int.Log2(rows)];

    public static DynamicParameters Arguments(List<DurableRow> rows, int from, int count)
    {
        var arguments = new DynamicParameters();
        for (var i = 0; i < count; i++)
        {
            var row = rows[from + i];
            arguments.Add(Shards[i], row.Shard);
            arguments.Add(Keys[i], row.Name);
            arguments.Add(Data[i], row.Data);
            arguments.Add(Ends[i], row.OverAt);
        }

        return arguments;
    }

    private static string Compose(int rows)
    {
        var text = new StringBuilder(
            "INSERT INTO coordination_records (shard, kind, name, set_name, place, data, version, ends_at, idle, seen_at, ended, over_at) VALUES ");
        for (var i = 0; i < rows; i++)
            text.Append(i == 0 ? "" : ", ").Append($"(@s{i}, 'claim', @n{i}, '', 0, @d{i}, 0, @e{i}, 0, 0, '', @e{i})");
        return text.Append(
            " ON CONFLICT (shard, kind, name) DO UPDATE SET data = excluded.data, ends_at = excluded.ends_at, over_at = excluded.over_at").ToString();
    }

    private static string[] Names(char letter) => [.. Enumerable.Range(0, Most).Select(i => $"{letter}{i}")];
}
