namespace AICodeManager.Cli;

/// <summary>Every wait of the client and its bound.</summary>
internal sealed record Patience
{
    public static Patience Default { get; } = new();

    /// <summary>From sending a request to the whole of its (JSON) answer.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Uploading or downloading one file.</summary>
    public TimeSpan Transfer { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>First pause between two looks at a project that is being prepared; each next one is half as long again.</summary>
    public TimeSpan FirstLook { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestLook { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long <c>project create</c> waits for a project to become ready.</summary>
    public TimeSpan Preparing { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Reconnects of an event stream in a row without a new event.</summary>
    public int Reconnects { get; init; } = 8;

    /// <summary>Pause before the first reconnect; doubles each time.</summary>
    public TimeSpan FirstReconnect { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan LongestReconnect { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A stream that is silent for this long is taken for dead and opened anew.</summary>
    public TimeSpan SilentStream { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>A connection that held for this long counts as good: reconnects are counted from zero after it.</summary>
    public TimeSpan GoodConnection { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream may stay open after the task's final state.</summary>
    public TimeSpan AfterTheEnd { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>One attempt at renewing a token. Two fit into the 30 seconds in which a server repeats a lost answer.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(9);

    /// <summary>Waiting for another aicli that is refreshing the same login: as long as its two attempts may take.</summary>
    public TimeSpan CredentialLock { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Replacing a key that is due, after a command that was about something else.</summary>
    public TimeSpan Rotation { get; init; } = TimeSpan.FromSeconds(15);
}
