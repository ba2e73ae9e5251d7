using System.CommandLine;
using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>Where a password comes from. Never the command line: every user of the machine can read that.</summary>
internal sealed class Password(Invocation call)
{
    public const string Question = "Password: ";

    private const int Longest = 4096;

    public static Option<bool> Stdin() => new("--password-stdin")
    {
        Description = "Read the password from standard input (else AICLI_PASSWORD, else it is asked for)",
    };

    /// <param name="fromInput">Standard input was named.</param>
    /// <param name="twice">A new password: a typing error would lock its owner out.</param>
    public async Task<Secret> ReadAsync(bool fromInput, bool twice, CancellationToken cancellationToken)
    {
        var password = fromInput ? await FromInputAsync(Longest, cancellationToken)
            : call.Environment("AICLI_PASSWORD") ?? await AskAsync(twice, cancellationToken);
        return Checked(password, "The password");
    }

    /// <summary>What proves the change, and the new password: two lines of standard input, or asked for.</summary>
    /// <param name="proof">What the first one is, such as "Current password".</param>
    public async Task<(Secret Proof, Secret New)> ReadChangeAsync(string proof, bool fromInput, CancellationToken cancellationToken)
    {
        if (fromInput)
        {
            var lines = (await FromInputAsync(2 * Longest, cancellationToken)).ReplaceLineEndings("\n").Split('\n');
            return lines is [var first, var second] ? (Checked(first, proof), Checked(second, "The new password"))
                : throw CliFailure.Usage($"Standard input has {lines.Length} lines; accepted are two: {proof.ToLowerInvariant()}, then the new password.");
        }

        CheckTerminal("use --password-stdin");
        var known = Checked(await call.Questions.SecretAsync($"{proof}: ", cancellationToken) ?? "", proof);
        return (known, Checked(await TypeAsync("New password: ", twice: true, cancellationToken), "The new password"));
    }

    private static Secret Checked(string text, string what) => text.Length is > 0 and <= Longest ? new Secret(text)
        : throw CliFailure.Usage($"{what} is {(text.Length == 0 ? "empty" : "too long")}; accepted are 1 to {Longest} characters.");

    private async Task<string> FromInputAsync(int limit, CancellationToken cancellationToken)
    {
        var text = await BoundedInput.ReadAsync(call.Surroundings.Console.In, limit + 4, "The password", cancellationToken);
        // The line end that echo and password managers add is not part of it.
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }

    private Task<string> AskAsync(bool twice, CancellationToken cancellationToken)
    {
        CheckTerminal("set AICLI_PASSWORD or use --password-stdin");
        return TypeAsync(Question, twice, cancellationToken);
    }

    private void CheckTerminal(string instead)
    {
        if (!call.Questions.CanAsk)
            throw CliFailure.Usage($"A password is missing and there is no terminal to ask on; {instead}.");
    }

    private async Task<string> TypeAsync(string question, bool twice, CancellationToken cancellationToken)
    {
        var password = await call.Questions.SecretAsync(question, cancellationToken) ?? "";
        if (twice && await call.Questions.SecretAsync("Once more: ", cancellationToken) != password)
            throw CliFailure.Usage("The two passwords differ.");
        return password;
    }
}
