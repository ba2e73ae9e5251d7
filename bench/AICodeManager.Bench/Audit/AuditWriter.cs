using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Bench.Audit;

/// <summary>Makes audited changes and says of each, once it is kept, its number. Ends by itself only after 10,000.</summary>
internal static class AuditWriter
{
    public const int Changes = 10_000;

    public const string Acknowledged = "kept ";

    private const int Writers = 16;

    public static async Task<int> RunAsync(string data, string? database, CancellationToken cancel)
    {
        await using var process = await AuditProcess.OpenAsync(data, database, cancel);
        var next = await process.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COALESCE(MAX(number), 0) FROM changes"), cancel);
        var last = next + Changes;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= last)
            {
                await process.Database.WriteAsync(async t =>
                {
                    await t.ExecuteAsync("INSERT INTO changes (number) VALUES (@number)", new { number });
                    await process.Trail.RecordAsync(t, RequestOrigin.System, new AuditEvent("changed").On("change", number));
                }, cancel);
                await Console.Out.WriteLineAsync($"{Acknowledged}{number}");
            }
        }, cancel)));
        return 0;
    }
}
