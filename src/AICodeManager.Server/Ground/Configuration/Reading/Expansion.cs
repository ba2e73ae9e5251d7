using System.Text;

namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>
/// Replaces <c>${NAME}</c> in a value by the environment variable of that name, once: what a variable holds is not
/// expanded again. <c>$${</c> stands for the two characters <c>${</c>; any other <c>$</c> stands for itself.
/// </summary>
/// <param name="Text">The expanded value; meaningless where a problem is set.</param>
/// <param name="Expanded">Whether the value named a variable: its text must then not be shown.</param>
/// <param name="Unset">The first variable that is not set or empty; null where all are.</param>
/// <param name="Malformed">A <c>${</c> without a name and a closing brace.</param>
internal sealed record Expansion(string Text, bool Expanded, string? Unset, bool Malformed)
{
    public static Expansion Of(string raw, Func<string, string?> variable)
    {
        var text = new StringBuilder();
        var expanded = false;
        string? unset = null;
        for (var at = 0; at < raw.Length; at++)
        {
            if (string.CompareOrdinal(raw, at, "$${", 0, 3) == 0)
            {
                text.Append("${");
                at += 2;
            }
            else if (string.CompareOrdinal(raw, at, "${", 0, 2) == 0)
            {
                var end = raw.IndexOf('}', at);
                if (end < 0 || !IsName(raw.AsSpan(at + 2, end - at - 2)))
                    return new Expansion("", expanded, unset, Malformed: true);
                var name = raw[(at + 2)..end];
                expanded = true;
                if (variable(name) is { } value)
                    text.Append(value);
                else
                    unset ??= name;
                at = end;
            }
            else
            {
                text.Append(raw[at]);
            }
        }
        return new Expansion(text.ToString(), expanded, unset, Malformed: false);
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }
        return true;
    }
}
