namespace AICodeManager.Cli.Output;

/// <summary>Asks the person at the terminal, a line at a time.</summary>
internal sealed class Questions(CliConsole console)
{
    private Task<string?>? unanswered;

    public bool CanAsk => console.Interactive;

    /// <summary>Somebody is being asked right now: two questions at once would share one keyboard.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>A line; null at the end of input.</summary>
    /// <remarks>
    /// A read from a terminal cannot be taken back. When a question was abandoned, the line that is typed next was meant for
    /// it, so it is thrown away, whatever it says: a late "y" must not allow another thing than the one it was typed for.
    /// </remarks>
    public Task<string?> LineAsync(string question, CancellationToken cancellationToken) =>
        AskAsync(question, console.In.ReadLine, cancellationToken);

    /// <summary>A line that is not shown while it is typed.</summary>
    public async Task<string?> SecretAsync(string question, CancellationToken cancellationToken)
    {
        var line = await AskAsync(question, console.ReadSecret ?? console.In.ReadLine, cancellationToken);
        console.Error.WriteLine();
        return line;
    }

    /// <summary>Yes or no; no at the end of input.</summary>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken) =>
        await LineAsync($"{question} [y/N] ", cancellationToken) is { } line
        && line.Trim().ToUpperInvariant() is "Y" or "YES";

    private async Task<string?> AskAsync(string question, Func<string?> read, CancellationToken cancellationToken)
    {
        IsAsking = true;
        try
        {
            while (unanswered is { } late)
            {
                console.Error.Write("(That question is gone. Press Enter for the next one.) ");
                console.Error.Flush();
                await late.WaitAsync(cancellationToken);
                unanswered = null;
            }

            console.DropTypedAhead?.Invoke();
            console.Error.Write(TerminalText.Line(question));
            console.Error.Flush();
            return await ReadAsync(read, cancellationToken);
        }
        finally
        {
            IsAsking = false;
        }
    }

    private async Task<string?> ReadAsync(Func<string?> read, CancellationToken cancellationToken)
    {
        // Reading blocks: it has a thread of its own, which a Ctrl-C leaves behind.
        unanswered = Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var line = await unanswered.WaitAsync(cancellationToken);
        unanswered = null;
        return line;
    }
}
