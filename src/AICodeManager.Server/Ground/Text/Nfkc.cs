using System.Text;

namespace AICodeManager.Server.Ground.Text;

/// <summary>
/// Unicode Normalization Form KC (UAX #15): one form for texts that mean the same, such as composed and decomposed
/// Hangul, or full-width letters. The framework's own does nothing where globalization is invariant.
/// </summary>
public static class Nfkc
{
    private const int S = 0xAC00, L = 0x1100, V = 0x1161, T = 0x11A7;
    private const int LCount = 19, VCount = 21, TCount = 28, SCount = LCount * VCount * TCount;

    /// <summary>The normal form. Broken surrogates read as U+FFFD.</summary>
    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        List<int> points = [];
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }

        Order(points);
        Compose(points);
        var result = new StringBuilder(points.Count);
        foreach (var point in points)
        {
            result.Append(new Rune(point).ToString());
        }

        return result.ToString();
    }

    private static void Decompose(int point, List<int> into)
    {
        var index = point - S;
        if (index is >= 0 and < SCount)
        {
            into.Add(L + (index / (VCount * TCount)));
            into.Add(V + (index % (VCount * TCount) / TCount));
            if (index % TCount > 0)
            {
                into.Add(T + (index % TCount));
            }
        }
        else if (NfkcTable.Decompositions.TryGetValue(point, out var parts))
        {
            into.AddRange(parts);
        }
        else
        {
            into.Add(point);
        }
    }

    // UAX #15, canonical ordering: marks between two starters, by class, stable.
    private static void Order(List<int> points)
    {
        for (var at = 0; at < points.Count;)
        {
            var end = at;
            while (end < points.Count && NfkcTable.ClassOf(points[end]) > 0)
            {
                end++;
            }

            if (end - at > 1)
            {
                var ordered = points.GetRange(at, end - at).OrderBy(NfkcTable.ClassOf).ToList();
                for (var i = 0; i < ordered.Count; i++)
                {
                    points[at + i] = ordered[i];
                }
            }

            at = end + 1;
        }
    }

    // UAX #15, canonical composition: a character joins the last starter unless a mark of its class or above stands between.
    private static void Compose(List<int> points)
    {
        var (starter, written, lastClass) = (-1, 0, 0);
        for (var read = 0; read < points.Count; read++)
        {
            var point = points[read];
            var mark = NfkcTable.ClassOf(point);
            var blocked = starter >= 0 && written - 1 > starter && (lastClass >= mark || mark == 0);
            if (starter >= 0 && !blocked && Pair(points[starter], point) is { } joined)
            {
                points[starter] = joined;
                continue;
            }

            if (mark == 0)
            {
                starter = written;
            }

            lastClass = mark;
            points[written++] = point;
        }

        points.RemoveRange(written, points.Count - written);
    }

    private static int? Pair(int first, int second)
    {
        if (first - L is >= 0 and < LCount and var l && second - V is >= 0 and < VCount and var v)
        {
            return S + (((l * VCount) + v) * TCount);
        }

        if (first - S is >= 0 and < SCount and var s && s % TCount == 0 && second - T is > 0 and < TCount and var t)
        {
            return first + t;
        }

        return NfkcTable.Compositions.TryGetValue((first, second), out var joined) ? joined : null;
    }
}
