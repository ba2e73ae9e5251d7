using System.Text;

namespace AICodeManager.Cli.Output;

/// <summary>A unified diff for reading: cleaned, and coloured on a terminal.</summary>
internal sealed class DiffView(HumanWriter writer)
{
    public async Task PrintAsync(Stream diff, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(diff, Encoding.UTF8);
        var lines = 0;
        while (await text.ReadLineAsync(cancellationToken) is { } line)
        {
            writer.Cleaned(TerminalText.Exact(line), InkOf(line));
            writer.Cleaned("\n");
            lines++;
        }

        if (lines == 0)
            writer.Line("Nothing was changed.", Ink.Faint);
    }

    private static Ink InkOf(string line) => line switch
    {
        _ when line.StartsWith("+++", StringComparison.Ordinal) || line.StartsWith("---", StringComparison.Ordinal) => Ink.Strong,
        _ when line.StartsWith("diff ", StringComparison.Ordinal) => Ink.Strong,
        ['+', ..] => Ink.Good,
        ['-', ..] => Ink.Bad,
        ['@', '@', ..] => Ink.Accent,
        _ => Ink.Plain,
    };
}
