using System.Text;
using AICodeManager.Cli.Credentials;

namespace AICodeManager.Cli.Commands;

/// <summary>
/// Where the value of a variable comes from: a file, standard input, or a question. Never the command line: every user of
/// the machine can read that, and the shell remembers it.
/// </summary>
internal static class VariableValue
{
    /// <summary>Bytes of UTF-8 that a server takes.</summary>
    private const int Longest = 32 * 1024;

    public static string CheckedName(string given) => !given.Contains('=')
        ? given
        : throw CliFailure.Usage(
            "A value does not belong on the command line, where others can read it and the shell remembers it; "
            + "give the name alone, and the value by --value-file, by --value-stdin, or when asked.");

    public static async Task<Secret> ReadAsync(Invocation call, FileInfo? file, bool fromInput, CancellationToken cancellationToken)
    {
        var text = (file, fromInput) switch
        {
            (not null, true) => throw CliFailure.Usage("A value comes from one place; accepted is --value-file or --value-stdin, not both."),
            (not null, false) => WithoutLineEnd(await FromFileAsync(file, cancellationToken)),
            (null, true) => WithoutLineEnd(await BoundedInput.ReadAsync(call.Surroundings.Console.In, Longest + 2, "The value", cancellationToken)),
            _ when call.Questions.CanAsk => await AskAsync(call, cancellationToken),
            _ => throw CliFailure.Usage("The value is missing and there is no terminal to ask on; use --value-file or --value-stdin."),
        };
        return Encoding.UTF8.GetByteCount(text) <= Longest
            ? new Secret(text)
            : throw CliFailure.Usage($"The value is too long; accepted are up to {Longest} bytes of UTF-8.");
    }

    private static async Task<string> AskAsync(Invocation call, CancellationToken cancellationToken) =>
        await call.Questions.SecretAsync("Value: ", cancellationToken)
        ?? throw CliFailure.Usage("No value was given; accepted is any line, also an empty one.");

    private static async Task<string> FromFileAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file.OpenRead();
            var bytes = new byte[Longest + 3];
            var count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return count < bytes.Length
                ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, count)
                : throw CliFailure.Usage($"{file} is too long; accepted are up to {Longest} bytes of UTF-8.");
        }
        catch (DecoderFallbackException)
        {
            throw CliFailure.Usage($"{file} is not text in UTF-8.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"{file} cannot be read: {fault.Message}");
        }
    }

    // Editors and echo add it; a value that ends with one keeps its own.
    private static string WithoutLineEnd(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
