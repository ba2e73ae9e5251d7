using Spectre.Console;
using Spectre.Console.Rendering;

namespace AICodeManager.Cli.Output;

/// <summary>Answers for people. Whatever is handed to it is cleaned before it is written, except by <see cref="Cleaned"/>.</summary>
internal sealed class HumanWriter(TextWriter writer, bool colours, int width)
{
    /// <summary>One line; line breaks in <paramref name="text"/> are spelled out.</summary>
    public void Line(string text, Ink ink = Ink.Plain)
    {
        Cleaned(TerminalText.Line(text), ink);
        writer.WriteLine();
    }

    /// <summary>Text of any number of lines.</summary>
    public void Block(string text, Ink ink = Ink.Plain)
    {
        Cleaned(TerminalText.Block(text).TrimEnd('\n'), ink);
        writer.WriteLine();
    }

    /// <summary>Text that has been through <see cref="TerminalText"/>; no line end is added.</summary>
    public void Cleaned(string text, Ink ink = Ink.Plain)
    {
        var start = colours ? Start(ink) : "";
        writer.Write(start.Length == 0 ? text : $"{start}{text}\e[0m");
        writer.Flush();
    }

    /// <summary>Names and values, one pair a line; a pair without a value is left out.</summary>
    public void Fields(params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var longest = 0;
        foreach (var (name, value) in fields)
            longest = Math.Max(longest, value is { Length: > 0 } ? name.Length : 0);
        foreach (var (name, value) in fields)
        {
            if (value is not { Length: > 0 })
                continue;
            Cleaned(name.PadRight(longest + 2), Ink.Faint);
            Line(value);
        }
    }

    /// <summary>Rows in columns; folded to the width of a terminal, unfolded elsewhere.</summary>
    public void Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var header in headers)
            table.AddColumn(new TableColumn(Cell(header.ToUpperInvariant(), colours ? new Style(decoration: Decoration.Bold) : Style.Plain))
            {
                Padding = new Padding(0, 0, 2, 0),
                NoWrap = header is "id" or "request",
            });
        foreach (var row in rows)
            table.AddRow(row.Select(text => (IRenderable)Cell(text ?? "", Style.Plain)));
        using var drawn = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(drawn),
        });
        console.Profile.Width = width;
        console.Write(table);
        foreach (var line in drawn.ToString().Split('\n'))
            if (line.TrimEnd() is { Length: > 0 } text)
                writer.WriteLine(text);
    }

    /// <summary>A cell of plain text: Spectre's markup in it means nothing.</summary>
    private static Text Cell(string text, Style style) => new(TerminalText.Line(text), style);

    private static string Start(Ink ink) => ink switch
    {
        Ink.Faint => "\e[2m",
        Ink.Strong => "\e[1m",
        Ink.Good => "\e[32m",
        Ink.Warning => "\e[33m",
        Ink.Bad => "\e[31m",
        Ink.Accent => "\e[36m",
        _ => "",
    };
}
