using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Commands;

/// <summary>Where a password comes from. Never the command line: every user of the machine can read that.</summary>
internal sealed class Password(Invocation call)
{
    private const int Longest = 4096;

    /// <param name="fromInput">Standard input was named.</param>
    /// <param name="twice">A new password: a typing error would lock its owner out.</param>
    public async Task<Secret> ReadAsync(bool fromInput, bool twice, CancellationToken cancellationToken)
    {
        var password = fromInput ? await FromInputAsync(cancellationToken)
            : call.Environment("AICLI_PASSWORD") ?? await AskAsync(twice, cancellationToken);
        return password.Length is > 0 and <= Longest ? new Secret(password)
            : throw CliFailure.Usage($"The password is {(password.Length == 0 ? "empty" : "too long")}; accepted are 1 to {Longest} characters.");
    }

    private async Task<string> FromInputAsync(CancellationToken cancellationToken)
    {
        var text = await BoundedInput.ReadAsync(call.Surroundings.Console.In, Longest + 2, "The password", cancellationToken);
        // The line end that echo and password managers add is not part of it.
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }

    private async Task<string> AskAsync(bool twice, CancellationToken cancellationToken)
    {
        if (!call.Questions.CanAsk)
            throw CliFailure.Usage("A password is missing and there is no terminal to ask on; set AICLI_PASSWORD or use --password-stdin.");
        var password = await call.Questions.SecretAsync("Password: ", cancellationToken) ?? "";
        if (twice && await call.Questions.SecretAsync("Once more: ", cancellationToken) != password)
            throw CliFailure.Usage("The two passwords differ.");
        return password;
    }
}
