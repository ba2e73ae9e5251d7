using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Keeping.Checks.Figures;

/// <summary>What one instrument came to under one set of labels since it was last taken.</summary>
/// <param name="Adds">Added to what the hour has already; otherwise it replaces it.</param>
public sealed record Counted(string Name, double Value, bool Adds);

/// <summary>
/// Hears every instrument of ours (meters named <c>AICodeManager.*</c>) in this process and adds up. Counters give what
/// was added, histograms their number and sum, gauges what they show when asked. A measurement costs one look-up.
/// </summary>
public sealed class FigureCounter : IDisposable
{
    private const string Ours = "AICodeManager.";

    // Labels come from closed sets; should one not, its values are counted together.
    private const int MostLabels = 300;

    private readonly MeterListener listener = new();
    private readonly IMeterFactory meters;
    private readonly ConcurrentDictionary<Instrument, Heard> heard = new();

    public FigureCounter(IMeterFactory meters)
    {
        this.meters = meters;
        listener.InstrumentPublished = Published;
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((Heard)state!).Add(value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((Heard)state!).Add(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((Heard)state!).Add(value, tags));
        listener.Start();
    }

    /// <summary>All that was heard since the last time, by name; what is nothing is left out.</summary>
    public IReadOnlyList<Counted> Take()
    {
        listener.RecordObservableInstruments();
        return [.. heard.Values.SelectMany(one => one.Take()).OrderBy(one => one.Name, StringComparer.Ordinal)];
    }

    public void Dispose() => listener.Dispose();

    // Meters of another server in the same process are that one's.
    private void Published(Instrument instrument, MeterListener by)
    {
        if (instrument.Meter.Name.StartsWith(Ours, StringComparison.Ordinal) && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, meters)))
            by.EnableMeasurementEvents(instrument, heard.GetOrAdd(instrument, one => new Heard(one)));
    }

    private sealed class Heard(Instrument instrument)
    {
        private readonly bool histogram = instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal);

        // What goes up and down is a level, as a gauge is; both keep what they came to.
        private readonly bool level = instrument.GetType().Name.Contains("Gauge", StringComparison.Ordinal) || instrument.GetType().Name.Contains("UpDown", StringComparison.Ordinal);

        // These tell their whole sum each time they are asked.
        private readonly bool whole = instrument.IsObservable;

        private readonly bool replaces = instrument.IsObservable || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal);

        private readonly ConcurrentDictionary<(object?, object?, object?, object?), Cell> cells = new();

        public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var key = (At(tags, 0), At(tags, 1), At(tags, 2), At(tags, 3));
            if (!cells.TryGetValue(key, out var cell))
            {
                cell = cells.Count < MostLabels
                    ? cells.GetOrAdd(key, new Cell(FigureName.Write(instrument.Name, tags)))
                    : cells.GetOrAdd(("other", null, null, null), new Cell($"{instrument.Name}{{other=other}}"));
            }

            cell.Add(value, replaces);
        }

        public IEnumerable<Counted> Take()
        {
            foreach (var cell in cells.Values)
            {
                var (sum, count) = cell.Take(keepSum: level || whole, out var before);
                if (histogram && count > 0)
                {
                    yield return new(Suffixed(cell.Name, ".count"), count, true);
                    yield return new(Suffixed(cell.Name, ".sum"), sum, true);
                }
                else if (level)
                {
                    yield return new(cell.Name, sum, false);
                }
                else if (!histogram && (whole ? sum - before : sum) is var grown && grown != 0)
                {
                    yield return new(cell.Name, grown, true);
                }
            }
        }

        private static object? At(ReadOnlySpan<KeyValuePair<string, object?>> tags, int place) => place < tags.Length ? tags[place].Value : null;

        private static string Suffixed(string name, string suffix) =>
            name.IndexOf('{', StringComparison.Ordinal) is >= 0 and var brace ? name.Insert(brace, suffix) : name + suffix;
    }

    private sealed class Cell(string name)
    {
        private readonly Lock guard = new();
        private double sum, taken;
        private long count;

        public string Name => name;

        public void Add(double value, bool replaces)
        {
            lock (guard)
            {
                (sum, count) = (replaces ? value : sum + value, count + 1);
            }
        }

        /// <param name="before">The sum at the last time.</param>
        public (double Sum, long Count) Take(bool keepSum, out double before)
        {
            lock (guard)
            {
                before = taken;
                var now = (sum, count);
                (taken, sum, count) = (sum, keepSum ? sum : 0, 0);
                return now;
            }
        }
    }
}
