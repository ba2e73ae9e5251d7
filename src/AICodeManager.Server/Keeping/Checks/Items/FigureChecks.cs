using System.Globalization;
using AICodeManager.Server.Keeping.Checks.Figures;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>What the nodes counted.</summary>
internal static class FigureChecks
{
    // Fewer look-ups than this say nothing about a cache.
    private const double Enough = 1_000, LeastShare = 0.5;

    // Where a key was found: the first two spared a look at the database.
    private static readonly string[] KeyHits = ["memory", "shared"], KeyMisses = ["database", "nowhere"];

    public static async Task<Finding> CachesAsync(CheckScene scene, CancellationToken cancel)
    {
        var sums = await FigureStore.SumsAsync(scene.Database, scene.Now - scene.Period, cancel);
        var caches = sums.Select(sum => (Figure: FigureName.Read(sum.Name), sum.Value)).Where(one => one.Figure is not null)
            .Select(one => (Name: one.Figure!.Labels.GetValueOrDefault("cache") ?? one.Figure.Instrument, Hit: IsHit(one.Figure), one.Value)).Where(one => one.Hit is not null)
            .GroupBy(one => one.Name)
            .Select(same => (Name: same.Key, Hits: same.Where(one => one.Hit == true).Sum(one => one.Value), All: same.Sum(one => one.Value)))
            .Where(cache => cache.All > 0).OrderBy(cache => cache.Name, StringComparer.Ordinal).ToList();
        if (caches.Count == 0)
            return Finding.Skip($"no cache was asked in the last {scene.Period.TotalDays:0} days, as far as figures are kept");
        var evidence = string.Join(", ", caches.Select(cache =>
            string.Create(CultureInfo.InvariantCulture, $"{cache.Name} {cache.Hits / cache.All:P1} of {cache.All:N0}")));
        return Finding.When(caches.All(cache => cache.All < Enough || cache.Hits / cache.All >= LeastShare), evidence, CheckResult.Warn);
    }

    public static async Task<Finding> KeptAsync(CheckScene scene, CancellationToken cancel)
    {
        var last = await FigureStore.LastAsync(scene.Database, cancel);
        return last is null ? Finding.Warn("no node has written figures yet: they do so each hour and when they stop")
            : Finding.When((scene.Now - last.Value).TotalHours <= 3, $"figures until {last:yyyy-MM-dd HH:00} UTC", CheckResult.Warn);
    }

    private static bool? IsHit(FigureName figure)
    {
        var words = figure.Labels.Values;
        return words.Contains("hit") ? true : words.Contains("miss") ? false
            : !figure.Labels.TryGetValue("level", out var level) ? null
            : KeyHits.Contains(level) ? true : KeyMisses.Contains(level) ? false : null;
    }
}
