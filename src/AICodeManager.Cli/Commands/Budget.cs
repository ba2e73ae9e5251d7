using System.Globalization;

namespace AICodeManager.Cli.Commands;

/// <summary>An amount of US dollars on the command line.</summary>
internal static class Budget
{
    public static decimal? Parse(string? text) =>
        text is null ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars) && dollars is > 0 and <= 1_000_000 ? dollars
        : throw CliFailure.Usage($"--budget: '{text}' is not an amount; accepted are US dollars above 0 and up to 1000000, such as 2.50.");
}
