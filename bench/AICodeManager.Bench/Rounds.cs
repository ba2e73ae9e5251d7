using System.Globalization;

namespace AICodeManager.Bench;

/// <summary>One figure, measured once a round.</summary>
internal sealed class Rounds(params IEnumerable<double> figures)
{
    private readonly List<double> all = [.. figures];

    public void Add(double figure) => all.Add(figure);

    public double Median
    {
        get
        {
            double[] sorted = [.. all.Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public double Most => all.Max();

    /// <summary>Each round's own ratio: the two were measured one after the other.</summary>
    public Rounds To(Rounds other) => new(all.Zip(other.all, (one, another) => one / another));

    /// <summary>Each round's own difference.</summary>
    public Rounds Over(Rounds other) => new(all.Zip(other.all, (one, another) => one - another));

    /// <summary>The median, and the least and the most beside it.</summary>
    public string Spread(string form) => $"{Text(Median, form)} ({Text(all.Min(), form)}–{Text(all.Max(), form)})";

    public string Middle(string form) => Text(Median, form);

    public static string Text(double number, string form) => number.ToString(form, CultureInfo.InvariantCulture);
}
