using System.Globalization;

namespace AICodeManager.Bench.Detection;

/// <summary>How many requests of each group were refused.</summary>
internal static class DetectionTables
{
    /// <summary>A source with fewer rows says too little to be one of those that a mean is taken over.</summary>
    private const int Least = 20;

    public static void Print(IReadOnlyList<Verdict> verdicts)
    {
        var attacks = verdicts.Where(v => v.Row.IsAttack).ToList();
        var strong = attacks.Where(v => v.Row.Tier == "strong").ToList();
        Groups("recall by class", strong, v => v.Row.Class);
        Groups("recall by class, weak tier (fragments and encodings that nothing here decodes; no gate)", attacks.Where(v => v.Row.Tier == "weak"), v => v.Row.Class);
        Groups("recall by class and source", strong, v => $"{v.Row.Class} / {v.Row.Source}", Least);
        Means(strong);
        Groups("recall by class and placement", strong.Where(v => v.Row.Placement != "crs"), v => $"{v.Row.Class} / {v.Row.Placement}", Least);
        var honest = verdicts.Where(v => !v.Row.IsAttack && v.Row.Tier != "review").ToList();
        Groups("false positives by kind of field", honest, v => v.Row.Placement);
        Groups("false positives by source", honest, v => $"{v.Row.Placement} / {v.Row.Source}");
        Groups("false positives by rule", honest.Where(v => v.Refused), v => v.Rule);
    }

    private static void Means(List<Verdict> strong)
    {
        var table = new Table("mean over sources", "recall", "sources");
        foreach (var ofClass in strong.GroupBy(v => v.Row.Class))
        {
            List<double> sources = [.. ofClass.GroupBy(v => v.Row.Source).Where(s => s.Count() >= Least).Select(Share)];
            if (sources.Count > 1)
                table.Add(ofClass.Key, Percent(sources.Average()), sources.Count.ToString(CultureInfo.InvariantCulture));
        }

        table.Print();
        Console.WriteLine();
    }

    private static void Groups(string title, IEnumerable<Verdict> verdicts, Func<Verdict, string> key, int least = 1)
    {
        var table = new Table(title, "refused", "of");
        foreach (var group in verdicts.GroupBy(key).Where(g => g.Count() >= least).OrderByDescending(g => g.Count()))
            table.Add(group.Key, Percent(Share(group)), group.Count().ToString(CultureInfo.InvariantCulture));
        table.Print();
        Console.WriteLine();
    }

    private static double Share(IEnumerable<Verdict> verdicts) => verdicts.Average(v => v.Refused ? 100.0 : 0.0);

    private static string Percent(double share) => share.ToString("0.00 '%'", CultureInfo.InvariantCulture);
}
