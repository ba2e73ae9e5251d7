namespace AICodeManager.Cli;

/// <summary>Everything a run takes from outside its arguments; tests bring their own.</summary>
/// <param name="Console">Where to read and write.</param>
/// <param name="Environment">Looks up an environment variable; null where it is not set.</param>
internal sealed record CliSurroundings(CliConsole Console, Func<string, string?> Environment)
{
    /// <summary>Replaces the network. It must not follow redirects.</summary>
    public HttpMessageHandler? Handler { get; init; }

    public Patience Patience { get; init; } = Patience.Default;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static CliSurroundings OfThisProcess() =>
        new(CliConsole.OfThisProcess(), System.Environment.GetEnvironmentVariable);
}
