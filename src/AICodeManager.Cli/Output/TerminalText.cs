using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AICodeManager.Cli.Output;

/// <summary>Makes text from servers, agents and repositories harmless for a terminal.</summary>
/// <remarks>
/// A terminal obeys control characters: they move the cursor over what was printed, rename the window, answer into the
/// keyboard, or (bidirectional overrides) show text in another order than it runs in. None of them passes.
/// </remarks>
internal static partial class TerminalText
{
    /// <summary>Text of several lines, for reading: colour sequences are taken out, other control characters are spelled out.</summary>
    public static string Block(string text) => Spell(Csi().Replace(Unify(text), ""), lines: true, joiners: true);

    /// <summary>Text of several lines, for deciding on: nothing is taken out, so that nothing can hide.</summary>
    public static string Exact(string text) => Spell(text.Replace("\r\n", "\n", StringComparison.Ordinal), lines: true, joiners: false);

    /// <summary>Names, titles and messages: one line, everything spelled out.</summary>
    public static string Line(string text) => Spell(text, lines: false, joiners: true);

    /// <summary>Tools redraw progress with lone carriage returns: each becomes a line of its own.</summary>
    private static string Unify(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    private static string Spell(string text, bool lines, bool joiners)
    {
        StringBuilder? clean = null;
        var done = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            // Half a surrogate pair is read as U+FFFD but is one unit long, as U+FFFD itself is.
            var length = rune.Utf16SequenceLength;
            if (IsHarmless(rune, lines, joiners))
            {
                clean?.Append(text, done, length);
            }
            else
            {
                clean ??= new StringBuilder(text.Length + 16).Append(text, 0, done);
                clean.Append(rune.Value switch
                {
                    '\n' => "\\n",
                    '\t' => "\\t",
                    '\r' => "\\r",
                    var value => $"\\u{{{value:x}}}",
                });
            }

            done += length;
        }

        return clean?.ToString() ?? text;
    }

    private static bool IsHarmless(Rune rune, bool lines, bool joiners) => rune.Value switch
    {
        '\n' or '\t' => lines,
        // The joiners hold emoji and some scripts together.
        0x200C or 0x200D => joiners,
        // Blank but not white space to any reader: used to make two commands look alike.
        0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 => joiners,
        _ => Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse),
    };

    /// <summary>ECMA-48 control sequences (CSI), which carry colours and cursor movements.</summary>
    [GeneratedRegex(@"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Csi();
}
