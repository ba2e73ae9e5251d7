using System.Diagnostics.CodeAnalysis;

namespace AICodeManager.Server.Keeping.Checks.Figures;

/// <summary>The name of a figure: an instrument's, and its labels in braces, such as <c>aicli.keys.lookups{level=memory}</c>.</summary>
public sealed record FigureName(string Instrument, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Null where the text is none.</summary>
    public static FigureName? Read(string text)
    {
        var brace = text.IndexOf('{', StringComparison.Ordinal);
        if (brace < 0)
            return new(text, new Dictionary<string, string>());
        if (!text.EndsWith('}'))
            return null;
        var labels = new Dictionary<string, string>();
        foreach (var pair in text[(brace + 1)..^1].Split(','))
        {
            if (pair.Split('=', 2) is not [var name, var value])
                return null;
            labels[name] = value;
        }

        return new(text[..brace], labels);
    }

    /// <summary>As it is kept: labels by name, without what would part them.</summary>
    [SuppressMessage("Globalization", "CA1308", Justification = "Nothing is normalised to be compared.")]
    public static string Write(string instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
            return instrument;
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in tags)
            labels[Clean(tag.Key)] = Clean(tag.Value?.ToString() ?? "");
        return $"{instrument}{{{string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"))}}}";
    }

    private static string Clean(string text) =>
        new([.. text.Take(100).Select(c => c is '{' or '}' or ',' or '=' || char.IsControl(c) || char.IsSurrogate(c) ? '_' : c)]);
}
