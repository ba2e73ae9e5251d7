using System.CommandLine;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>Where a code of a second factor comes from: the terminal, unseen, or standard input.</summary>
internal static class FactorCode
{
    public const string Question = "Code of the authenticator, or a recovery code: ";

    private const int Longest = 64;

    public static Option<bool> Stdin() => new("--code-stdin") { Description = "Read the code from standard input (else it is asked for)" };

    public static async Task<string> ReadAsync(Invocation call, bool fromInput, CancellationToken cancellationToken)
    {
        if (!fromInput && !call.Questions.CanAsk)
            throw CliFailure.Usage("A code is missing and there is no terminal to ask on; use --code-stdin.");
        var code = fromInput
            ? await BoundedInput.ReadAsync(call.Surroundings.Console.In, Longest, "The code", cancellationToken)
            : await call.Questions.SecretAsync(Question, cancellationToken);
        return code?.Trim() is { Length: > 0 and <= Longest } text ? text
            : throw CliFailure.Usage($"The code is empty or too long; accepted are 1 to {Longest} characters.");
    }
}
