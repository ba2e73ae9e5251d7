namespace AICodeManager.Server.Keeping.Health;

/// <summary>
/// How the parts are, at most <see cref="Age"/> ago. However many ask, the parts are asked once at a time and once a second:
/// whoever may ask without signing in must not be able to make work.
/// </summary>
public sealed partial class Readiness(IEnumerable<IHealthPart> parts, TimeProvider time, ILogger<Readiness> log)
{
    /// <summary>How old an answer may be.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IHealthPart[] parts = [.. parts];
    private readonly Lock gate = new();
    private Task<ReadinessReport>? asked;
    private volatile ReadinessReport? told;

    /// <summary>The report, within the bound of the slowest part (2 seconds).</summary>
    public Task<ReadinessReport> ReportAsync(CancellationToken cancel)
    {
        Task<ReadinessReport> answer;
        lock (gate)
        {
            if (asked is not { IsCompleted: false } && (told is null || time.GetElapsedTime(told.At) > Age))
            {
                // Not cancelled with its first asker: it serves all of them.
                asked = Task.Run(AskAllAsync, CancellationToken.None);
            }

            answer = asked!;
        }

        return answer.WaitAsync(cancel);
    }

    private async Task<ReadinessReport> AskAllAsync()
    {
        var answers = await Task.WhenAll(parts.Select(AskAsync));
        var found = new Dictionary<string, PartHealth>();
        foreach (var (part, health) in parts.Zip(answers))
        {
            found[part.Name] = health;
        }

        var report = new ReadinessReport(
            parts.Zip(answers).All(one => one.First.Optional || one.Second.Status != "failed"), found, time.GetTimestamp());
        Tell(report);
        told = report;
        return report;
    }

    private async Task<PartHealth> AskAsync(IHealthPart part)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await part.AskAsync(patience.Token).WaitAsync(Patience, time, CancellationToken.None);
        }
        catch (Exception fault)
        {
            return PartHealth.Failed(fault is TimeoutException or OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : fault.Message);
        }
    }

    // What strangers are not told the operator finds in the log, once for each change.
    private void Tell(ReadinessReport report)
    {
        foreach (var (name, health) in report.Parts)
        {
            var before = told?.Parts.GetValueOrDefault(name)?.Status ?? PartHealth.Ok.Status;
            if (health.Status == "failed" && before != "failed")
            {
                LogFailed(log, name, health.Detail);
            }
            else if (health.Status == "ok" && before == "failed")
            {
                LogBack(log, name);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Not ready: {part} failed: {why}")]
    private static partial void LogFailed(ILogger logger, string part, string? why);

    [LoggerMessage(LogLevel.Information, "Ready again: {part}")]
    private static partial void LogBack(ILogger logger, string part);
}

/// <summary>How all parts were.</summary>
/// <param name="Ready">No part failed that the server cannot do without.</param>
/// <param name="At">When, on <see cref="TimeProvider.GetTimestamp"/>'s clock.</param>
public sealed record ReadinessReport(bool Ready, IReadOnlyDictionary<string, PartHealth> Parts, long At);
