using System.Diagnostics;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Checks.Words;

namespace AICodeManager.Server.Keeping.Checks;

/// <summary>How long items may take.</summary>
/// <param name="Item">Each of them.</param>
/// <param name="Heavy">Those that read everything that is kept.</param>
public sealed record CheckPatience(TimeSpan Item, TimeSpan Heavy)
{
    /// <summary>Somebody waits for an answer over HTTP.</summary>
    public static readonly CheckPatience OfRequest = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));

    /// <summary>Somebody waits at a terminal, or cron does.</summary>
    public static readonly CheckPatience OfCommand = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(15));
}

/// <summary>Runs reviews: every item at once, each bounded; what could not be looked at has failed, and says why.</summary>
public sealed class SecurityCheck(CheckStore store)
{
    private readonly IReadOnlyList<CheckItem> items = CheckTable.Items;

    internal SecurityCheck(CheckStore store, IReadOnlyList<CheckItem> items)
        : this(store) => this.items = items;

    public async Task<CheckReport> RunAsync(Reviews reviews, CheckScene scene, CheckPatience patience, RequestOrigin origin, CancellationToken cancel)
    {
        var chosen = items.Where(item => (item.Reviews & reviews) != 0).ToList();
        var findings = await Task.WhenAll(chosen.Select(item => LookAsync(item, scene, patience, cancel)));
        // The worst first; those that came out alike keep the table's order.
        var outcomes = chosen.Zip(findings, (item, found) => (item, found.Finding, found.Took)).OrderByDescending(one => one.Finding.Result).ToList();
        var before = await store.RecordAsync(reviews, [.. outcomes.Select(one => (one.item.Id, one.Finding.Result))], origin, cancel);
        List<CheckLine> lines =
        [
            .. outcomes.Select(one => new CheckLine(
                one.item.Id, CheckWords.Title(one.item.Id), ReviewWords.Of(one.item.Reviews), CheckWords.Of(one.Finding.Result), one.Finding.Evidence,
                CheckWords.ToDo(one.item.Id), before.PreviousOf(one.item.Id), before.SinceOf(one.item.Id, one.Finding.Result), (long)one.Took.TotalMilliseconds)),
        ];
        return new(scene.Now, ReviewWords.Of(reviews), CheckCounts.Of(lines), before.LastRunAt, before.Unrecorded, lines);
    }

    private static async Task<(Finding Finding, TimeSpan Took)> LookAsync(CheckItem item, CheckScene scene, CheckPatience patience, CancellationToken cancel)
    {
        var (began, limit) = (Stopwatch.GetTimestamp(), item.Heavy ? patience.Heavy : patience.Item);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(limit);
        Finding finding;
        try
        {
            // On a thread of its own: SQLite answers on the one that asks, and then nothing would end the waiting.
            finding = await Task.Run(() => item.Look(scene, bound.Token), bound.Token).WaitAsync(limit, cancel);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // A request cannot wait for what reads everything: that says nothing of the system.
            finding = item.Heavy && patience.Heavy <= patience.Item
                ? Finding.Warn($"not finished within {limit.TotalSeconds:0} s; on the host, aicli-web security-check takes its time")
                : Finding.Fail($"not finished within {limit.TotalSeconds:0} s");
        }
        catch (Exception fault)
        {
            finding = Finding.Fail($"could not be looked at: {fault.Message.ReplaceLineEndings(" ")}");
        }

        return (finding, Stopwatch.GetElapsedTime(began));
    }
}
