using System.CommandLine;

namespace AICodeManager.Cli.Commands;

/// <summary>Tells on one line what is wrong with a command line and where help is.</summary>
internal static class UsageErrors
{
    public static CliFailure Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"Help: {Path(parsed.CommandResult)} --help";
        if (command.Subcommands.Count > 0)
        {
            var given = parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is not a command here" : "A command is missing";
            return CliFailure.Usage($"{given}; accepted are {string.Join(", ", command.Subcommands.Select(one => one.Name))}. {help}");
        }

        return CliFailure.Usage($"{string.Join(" ", parsed.Errors.Select(error => OneLine(error.Message)).Distinct())} {help}");
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Path(System.CommandLine.Parsing.CommandResult result) =>
        result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "aicli";
}
