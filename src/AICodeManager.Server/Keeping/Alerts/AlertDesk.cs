using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>
/// Where every room raises its alerts. Raising is a step in memory that neither throws nor waits; <see cref="AlertKeeper"/>
/// writes them down within a second. What happens faster than that is folded: the desk holds at most
/// <see cref="Capacity"/> different alerts, and tells of the rest by their number.
/// </summary>
public sealed class AlertDesk(Settings settings, TimeProvider time) : IDisposable
{
    /// <summary>Different alerts (kind and subject) that wait to be written down.</summary>
    public const int Capacity = 1_000;

    private readonly ConcurrentDictionary<(string Kind, string Subject), RaisedAlert> waiting = new();
    private readonly SemaphoreSlim bell = new(0, 1);

    /// <summary>Takes an alert. Does nothing where <c>monitoring.alerts.enabled</c> is false.</summary>
    public void Raise(Alert alert)
    {
        if (!settings.Monitoring.Alerts.Enabled)
            return;
        Put(new(
            alert.Kind, AlertText.Line(alert.Subject ?? "", AlertText.MaxSubject), alert.Severity, AlertText.Facts(alert.Facts),
            Math.Max(1, alert.Occurrences), time.GetUtcNow()));
        Ring();
    }

    public void Dispose() => bell.Dispose();

    /// <summary>Whether nothing waits to be written down.</summary>
    internal bool IsQuiet => waiting.IsEmpty;

    /// <summary>Takes all that wait, in an order that is the same for all nodes: none holds a row while it waits for another's.</summary>
    internal IReadOnlyList<RaisedAlert> Take()
    {
        List<RaisedAlert> taken = [];
        foreach (var group in waiting.Keys)
        {
            if (waiting.TryRemove(group, out var raised))
                taken.Add(raised);
        }

        return [.. taken.OrderBy(one => one.Kind, StringComparer.Ordinal).ThenBy(one => one.Subject, StringComparer.Ordinal)];
    }

    /// <summary>Puts back what could not be written down.</summary>
    internal void Return(IEnumerable<RaisedAlert> raised)
    {
        foreach (var one in raised)
            Put(one);
    }

    /// <summary>Until something was raised, or the time is over.</summary>
    internal Task WaitAsync(TimeSpan longest, CancellationToken cancel) => bell.WaitAsync(longest, cancel);

    private void Put(RaisedAlert raised)
    {
        // Full: what is one too many still counts, in the group that a kind's overflow goes to.
        if (waiting.Count >= Capacity && !waiting.ContainsKey((raised.Kind, raised.Subject)))
            raised = raised with { Subject = RaisedAlert.Many };
        waiting.AddOrUpdate((raised.Kind, raised.Subject), raised, (_, before) => before.With(raised));
    }

    private void Ring()
    {
        try
        {
            if (bell.CurrentCount == 0)
                bell.Release();
        }
        catch (Exception late) when (late is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else rang in the same moment, or the server is gone.
        }
    }
}

/// <summary>Alerts of one kind about one subject that happened shortly after each other.</summary>
/// <param name="Subject">Empty where the kind says it all.</param>
internal sealed record RaisedAlert(
    string Kind, string Subject, AlertSeverity Severity, SortedDictionary<string, string> Facts, long Occurrences, DateTimeOffset At)
{
    /// <summary>The group of a kind that has too many subjects at once.</summary>
    public const string Many = "*";

    public RaisedAlert With(RaisedAlert other)
    {
        var later = other.At >= At ? other : this;
        return later with { Occurrences = Occurrences + other.Occurrences };
    }
}
