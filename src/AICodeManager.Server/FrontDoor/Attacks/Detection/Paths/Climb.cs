using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;

/// <summary>How a text climbs: its steps up, counted over the whole text in one pass.</summary>
internal readonly record struct Climb(int Steps, int InARow, bool Leaves, bool Encoded)
{
    private static readonly SearchValues<char> Starts = SearchValues.Create(".%0");

    /// <summary>
    /// A step is two dots or more (some systems read <c>....</c> as more than one), with look-alikes a shell or an old Windows accepts
    /// (<c>.?</c>, <c>??</c>), between separators. <c>foo../</c> is a name that ends in dots, <c>a/../b</c> climbs back only.
    /// </summary>
    public static Climb Measure(ReadOnlySpan<char> text)
    {
        int steps = 0, row = 0, most = 0, depth = 0, lowest = 0;
        var encoded = false;
        var first = text.IndexOfAny(Starts);
        if (first < 0)
            return default;
        var i = Math.Max(0, first - 1);
        var segment = first > 1; // whether something stands before the next separator
        var dots = 0;
        var spelled = false;
        while (i < text.Length)
        {
            var unit = PathUnits.Read(text, i, out var length);
            // "..2f..2f": the same with the percent signs lost on the way.
            if (dots == 2 && unit == PathUnit.Other && (text.StartsAt(i, "2f") || text.StartsAt(i, "5c")))
                (unit, length) = (PathUnit.Slash, 2);
            switch (unit)
            {
                case PathUnit.Dot:
                    dots++;
                    spelled |= length > 1;
                    break;
                case PathUnit.Slash:
                    spelled |= length > 1;
                    if (dots >= 2 && (!segment || row > 0))
                    {
                        steps++;
                        row++;
                        most = Math.Max(most, row);
                        lowest = Math.Min(lowest, --depth);
                        encoded |= spelled;
                    }
                    else if (segment)
                    {
                        row = 0;
                        depth++;
                    }

                    dots = 0;
                    segment = false;
                    spelled = false;
                    break;
                case PathUnit.Control:
                    break;
                default:
                    var c = text[i];
                    // A blank, a quote or an equals sign begins a path; so does a parameter of "..;/".
                    if (c is ' ' or '\n' or '"' or '\'' or '`' or '=' or '(' or '[' or '<' or ',' or ':')
                    {
                        row = 0;
                        depth = 0;
                        dots = 0;
                        segment = false;
                        spelled = false;
                    }
                    else if (c != ';' || dots < 2)
                    {
                        segment = true;
                        dots = 0;
                    }

                    break;
            }

            i += length;
        }

        // "..": the last segment needs no separator behind it.
        if (dots == 2 && !segment && steps > 0)
            lowest = Math.Min(lowest, --depth);
        return new Climb(steps, most, lowest < 0, encoded);
    }
}
