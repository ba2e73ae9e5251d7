namespace AICodeManager.Bench;

/// <summary>Rows of text under a heading, the first column to the left and the rest to the right.</summary>
internal sealed class Table(params string[] heading)
{
    private readonly List<string[]> rows = [heading];

    public void Add(params string[] row) => rows.Add(row);

    public void Print()
    {
        var widths = heading.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))));
    }
}
