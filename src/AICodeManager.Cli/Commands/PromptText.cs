namespace AICodeManager.Cli.Commands;

/// <summary>A prompt from the command line, or from standard input where it is <c>-</c>.</summary>
internal static class PromptText
{
    /// <summary>Characters.</summary>
    private const int Longest = 1_000_000;

    public static async Task<string> ReadAsync(Invocation call, string given, CancellationToken cancellationToken)
    {
        var text = given is "-"
            ? await BoundedInput.ReadAsync(call.Surroundings.Console.In, Longest, "The prompt", cancellationToken)
            : given;
        return !string.IsNullOrWhiteSpace(text) ? text.TrimEnd('\r', '\n')
            : throw CliFailure.Usage("The prompt is empty; accepted is any text, or - with the text on standard input.");
    }
}
