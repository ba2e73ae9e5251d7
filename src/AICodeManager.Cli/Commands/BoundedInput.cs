using System.Text;

namespace AICodeManager.Cli.Commands;

/// <summary>Standard input as one text, up to a limit.</summary>
internal static class BoundedInput
{
    /// <param name="limit">Characters.</param>
    /// <param name="what">Names the text in the error.</param>
    public static async Task<string> ReadAsync(TextReader input, int limit, string what, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[8192];
        // A read from a terminal blocks its thread; Ctrl-C leaves it behind.
        while (await Task.Run(() => input.Read(buffer, 0, buffer.Length), cancellationToken).WaitAsync(cancellationToken) is > 0 and var read)
        {
            text.Append(buffer, 0, read);
            if (text.Length > limit)
                throw CliFailure.Usage($"{what} on standard input is too long; accepted are up to {limit} characters.");
        }

        return text.ToString();
    }
}
