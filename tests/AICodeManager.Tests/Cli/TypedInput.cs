using System.Collections.Concurrent;

namespace AICodeManager.Tests.Cli;

/// <summary>A keyboard: reading waits until a line is typed.</summary>
internal sealed class TypedInput : TextReader
{
    private readonly BlockingCollection<string> lines = [];

    public void Type(string line) => lines.Add(line);

    /// <summary>Ctrl-D.</summary>
    public void End() => lines.CompleteAdding();

    public override string? ReadLine() => lines.TryTake(out var line, TimeSpan.FromSeconds(30)) ? line : null;

    protected override void Dispose(bool disposing)
    {
        lines.Dispose();
        base.Dispose(disposing);
    }
}
