using System.Text;

namespace AICodeManager.Cli;

/// <summary>The streams a command talks through, and what stands at their ends.</summary>
/// <param name="Interactive">A person sits at a terminal on all three streams and can be asked.</param>
internal sealed record CliConsole(TextWriter Out, TextWriter Error, TextReader In, bool Interactive)
{
    /// <summary>Standard output is a terminal that may show colours.</summary>
    public bool Colours { get; init; }

    /// <summary>Standard output is a terminal: nothing may reach it uncleaned.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Reads one line without showing it; without one, a line of <see cref="In"/> is read.</summary>
    public Func<string?>? ReadSecret { get; init; }

    /// <summary>Throws away what was typed before a question was shown, so that it cannot answer it.</summary>
    public Action? DropTypedAhead { get; init; }

    /// <summary>Standard output as bytes, for files and diffs that must arrive unchanged.</summary>
    public Func<Stream>? OpenOutput { get; init; }

    public static CliConsole OfThisProcess()
    {
        // Agents write UTF-8, whatever the locale of the terminal says.
        if (!OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var terminal = !Console.IsOutputRedirected;
        var plain = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || Environment.GetEnvironmentVariable("TERM") is "dumb";
        return new CliConsole(
            Console.Out, Console.Error, Console.In,
            Interactive: terminal && !Console.IsInputRedirected && !Console.IsErrorRedirected)
        {
            Colours = terminal && !plain,
            OutputIsTerminal = terminal,
            Width = terminal && Console.WindowWidth > 20 ? Console.WindowWidth : 100,
            ReadSecret = ReadHidden,
            DropTypedAhead = DropKeys,
            OpenOutput = Console.OpenStandardOutput,
        };
    }

    private static void DropKeys()
    {
        while (Console.KeyAvailable)
            Console.ReadKey(intercept: true);
    }

    private static string? ReadHidden()
    {
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key is ConsoleKey.Enter)
                return typed.ToString();
            if (key.Key is ConsoleKey.Backspace && typed.Length > 0)
                typed.Length--;
            else if (key.KeyChar is '\u0004' && typed.Length == 0)
                return null;
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        }
    }
}
