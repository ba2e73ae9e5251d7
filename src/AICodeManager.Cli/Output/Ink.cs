namespace AICodeManager.Cli.Output;

/// <summary>What a text means; a terminal shows it as a colour, everything else not at all.</summary>
internal enum Ink
{
    Plain,
    Faint,
    Strong,
    Good,
    Warning,
    Bad,
    Accent,
}
