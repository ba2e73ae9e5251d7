using AICodeManager.Server.Keeping.Backups;

namespace AICodeManager.Server.CommandLine;

/// <summary>One line on the error stream that tells how far something is: redrawn on a terminal, now and then elsewhere.</summary>
internal sealed class ProgressLine(TimeProvider time) : IProgress<BackupProgress>
{
    private const int Width = 30, Columns = 79;

    private static readonly bool IsTerminal = !Console.IsErrorRedirected;
    private static readonly TimeSpan Pace = IsTerminal ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(10);

    private readonly Lock drawing = new();
    private long last = long.MinValue;
    private bool drawn;

    public void Report(BackupProgress value)
    {
        lock (drawing)
        {
            if (last != long.MinValue && time.GetElapsedTime(last) < Pace)
            {
                return;
            }

            // On a terminal the first line comes at once, elsewhere only what takes its time is told of.
            var first = last == long.MinValue;
            last = time.GetTimestamp();
            if (first && !IsTerminal)
            {
                return;
            }

            var share = value.Total > 0 ? Math.Clamp((double)value.Done / value.Total, 0, 1) : 0;
            var bar = new string('#', (int)(share * Width)).PadRight(Width, '.');
            var text = $"{value.Stage,-9} [{bar}] {share,4:P0} {value.Done / 1e6,9:N1} MB {value.What}";
            Console.Error.Write(IsTerminal ? $"\r{text.PadRight(Columns)[..Columns]}" : $"{text.TrimEnd()}\n");
            drawn = IsTerminal;
        }
    }

    /// <summary>Ends the line, so that what follows stands on its own.</summary>
    public void End()
    {
        lock (drawing)
        {
            if (drawn)
            {
                Console.Error.Write($"\r{new string(' ', Columns)}\r");
                drawn = false;
            }
        }
    }
}
