using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>
/// What this node counted since it last told the others, by kind: a number and who caused it. Bounded whatever comes:
/// at most <see cref="MaxSources"/> networks of a kind are told apart.
/// </summary>
public sealed class AlertCounts(Settings settings)
{
    private const int MaxSources = 1_000, TopSources = 3;

    private readonly Lock guard = new();
    private readonly Dictionary<string, Tally> tallies = [];

    public void Add(string kind, ClientNetwork source)
    {
        if (!settings.Monitoring.Alerts.Enabled)
            return;
        lock (guard)
        {
            if (!tallies.TryGetValue(kind, out var tally))
                tallies[kind] = tally = new Tally();
            tally.Count++;
            if (tally.Sources.Count < MaxSources || tally.Sources.ContainsKey(source))
                tally.Sources[source] = tally.Sources.GetValueOrDefault(source) + 1;
        }
    }

    /// <summary>Takes what was counted and begins anew.</summary>
    internal IReadOnlyList<Counted> Take()
    {
        lock (guard)
        {
            var taken = tallies.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new Counted(t.Key, t.Value.Count, Top(t.Value.Sources))).ToList();
            tallies.Clear();
            return taken;
        }
    }

    /// <summary>Puts back a number that could not be told.</summary>
    internal void Return(IEnumerable<Counted> counted)
    {
        lock (guard)
        {
            foreach (var one in counted)
            {
                if (!tallies.TryGetValue(one.Kind, out var tally))
                    tallies[one.Kind] = tally = new Tally();
                tally.Count += one.Count;
            }
        }
    }

    private static string Top(Dictionary<ClientNetwork, long> sources) => string.Join(", ", sources
        .OrderByDescending(source => source.Value)
        .Take(TopSources)
        .Select(source => $"{(source.Key == default ? "unknown" : source.Key.ToString())} ({source.Value})"));

    private sealed class Tally
    {
        public long Count { get; set; }

        public Dictionary<ClientNetwork, long> Sources { get; } = [];
    }
}

/// <summary>A number of one kind, and the networks that caused most of it.</summary>
internal sealed record Counted(string Kind, long Count, string Sources);
