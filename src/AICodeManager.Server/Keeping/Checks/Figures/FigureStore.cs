using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Checks.Figures;

/// <summary>A sum of one figure over all nodes and a time.</summary>
public sealed record FigureSum
{
    public string Name { get; init; } = "";
    public double Value { get; init; }
}

/// <summary>The table <c>figures</c>: what each node counted in each hour.</summary>
public sealed class FigureStore(Database database, TimeProvider time)
{
    /// <summary>A figure that every node writes: seconds of the hour in which it ran.</summary>
    public const string Up = "aicli.node.up";

    /// <summary>More than a year, so that a yearly review has one to compare with.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);

    private static readonly string Node = NodeName();

    /// <summary>Adds to the hour of <paramref name="at"/>.</summary>
    public Task WriteAsync(IReadOnlyList<Counted> counted, TimeSpan up, DateTimeOffset at, CancellationToken cancel)
    {
        var hour = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero);
        return database.WriteAsync(async t =>
        {
            foreach (var one in counted.Append(new Counted(Up, up.TotalSeconds, true)))
            {
                await t.ExecuteAsync(
                    $"""
                    INSERT INTO figures (name, at, node, value) VALUES (@Name, @hour, @Node, @Value)
                    ON CONFLICT (name, at, node) DO UPDATE SET value = {(one.Adds ? "figures.value + excluded.value" : "excluded.value")}
                    """, new { one.Name, hour, Node, one.Value });
            }

            await t.ExecuteAsync("DELETE FROM figures WHERE at < @before", new { before = time.GetUtcNow() - KeptFor });
        }, cancel);
    }

    /// <summary>Every figure since then, all nodes and hours together.</summary>
    public static Task<IReadOnlyList<FigureSum>> SumsAsync(Database database, DateTimeOffset since, CancellationToken cancel) => database.ReadAsync(
        r => r.QueryAsync<FigureSum>("SELECT name, SUM(value) AS value FROM figures WHERE at >= @since GROUP BY name ORDER BY name", new { since }), cancel);

    /// <summary>The latest hour of which any node has written; null for none.</summary>
    public static async Task<DateTimeOffset?> LastAsync(Database database, CancellationToken cancel) =>
        await database.ReadAsync(r => r.ScalarAsync<long?>("SELECT MAX(at) FROM figures"), cancel) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    private static string NodeName() => Environment.MachineName is { Length: > 100 } name ? name[..100] : Environment.MachineName;
}
