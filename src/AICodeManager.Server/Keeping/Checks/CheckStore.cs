using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Checks.Words;

namespace AICodeManager.Server.Keeping.Checks;

/// <summary>What earlier runs came to, as the run that replaces it found it.</summary>
/// <param name="Unrecorded">Why this run could not be kept.</param>
public sealed record EarlierRuns(DateTimeOffset At, DateTimeOffset? LastRunAt, IReadOnlyDictionary<string, CheckResultRow> Results, string? Unrecorded)
{
    public string? PreviousOf(string item) => Results.GetValueOrDefault(item)?.Result;

    public DateTimeOffset SinceOf(string item, CheckResult result) =>
        Results.TryGetValue(item, out var row) && row.Result == CheckWords.Of(result) ? row.Since : At;
}

/// <summary>A row of <c>check_results</c>.</summary>
public sealed record CheckResultRow
{
    public string Item { get; init; } = "";
    public string Result { get; init; } = "";
    public DateTimeOffset At { get; init; }
    public DateTimeOffset Since { get; init; }
}

/// <summary>Keeps the last result of each item, the runs, and tells of what has begun to fail.</summary>
public sealed class CheckStore(Database database, AuditTrail audit, AlertStore alerts, Ground.Configuration.Settings settings, TimeProvider time)
{
    private const int MostTold = 10;

    // A database that is the very thing that is broken must not keep the report from whoever waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Writes a run with its audit event, and gives what was before. It never throws: that it could not write is part of the report.</summary>
    public async Task<EarlierRuns> RecordAsync(
        Reviews reviews, IReadOnlyList<(string Item, CheckResult Result)> results, RequestOrigin origin, CancellationToken cancel)
    {
        try
        {
            return await Task.Run(() => database.WriteAsync(t => WriteAsync(t, reviews, results, origin), cancel), cancel).WaitAsync(Patience, cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            return new(time.GetUtcNow(), null, new Dictionary<string, CheckResultRow>(), fault.Message.ReplaceLineEndings(" "));
        }
    }

    private async Task<EarlierRuns> WriteAsync(Transaction t, Reviews reviews, IReadOnlyList<(string Item, CheckResult Result)> results, RequestOrigin origin)
    {
        var now = time.GetUtcNow();
        var words = string.Join(',', ReviewWords.Of(reviews));
        var last = await t.ScalarAsync<long?>("SELECT MAX(at) FROM check_runs WHERE reviews = @words", new { words });
        var rows = (await t.QueryAsync<CheckResultRow>("SELECT * FROM check_results")).ToDictionary(row => row.Item);
        foreach (var (item, result) in results)
        {
            await t.ExecuteAsync(
                """
                INSERT INTO check_results (item, result, at, since) VALUES (@item, @Result, @now, @now)
                ON CONFLICT (item) DO UPDATE SET
                    since = CASE WHEN check_results.result = excluded.result THEN check_results.since ELSE excluded.since END,
                    result = excluded.result, at = excluded.at
                """, new { item, Result = CheckWords.Of(result), now });
        }

        var counts = new
        {
            Id = Guid.CreateVersion7(now), now, words, Passed = Count(CheckResult.Pass), Warned = Count(CheckResult.Warn), Failed = Count(CheckResult.Fail),
            Skipped = Count(CheckResult.Skip),
        };
        await t.ExecuteAsync(
            "INSERT INTO check_runs (id, at, reviews, passed, warned, failed, skipped) VALUES (@Id, @now, @words, @Passed, @Warned, @Failed, @Skipped)", counts);
        await audit.RecordAsync(t, origin, new AuditEvent("security_check_run")
        {
            Outcome = counts.Failed > 0 ? AuditOutcome.Failure : AuditOutcome.Success,
            Details = new Dictionary<string, object?>
            {
                ["reviews"] = words, ["pass"] = counts.Passed, ["warn"] = counts.Warned, ["fail"] = counts.Failed, ["skip"] = counts.Skipped,
            },
        });
        await TellAsync(t, [.. results.Where(one => one.Result == CheckResult.Fail && last is not null && rows.GetValueOrDefault(one.Item)?.Result != "fail").Select(one => one.Item)], now);
        return new(now, last is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, rows, null);

        int Count(CheckResult result) => results.Count(one => one.Result == result);
    }

    // Written down here and not raised at the desk: the command has nobody who empties it.
    private async Task TellAsync(Transaction t, List<string> began, DateTimeOffset now)
    {
        if (began.Count == 0 || !settings.Monitoring.Alerts.Enabled)
            return;
        await alerts.RecordAsync(t, new RaisedAlert(
            AlertKinds.CheckFailed, "", AlertSeverity.Critical,
            new(StringComparer.Ordinal) { ["checks"] = string.Join(", ", began.Take(MostTold)), ["count"] = $"{began.Count}" }, began.Count, now));
    }
}
