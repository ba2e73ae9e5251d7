using System.CommandLine;
using AICodeManager.Cli.Commands.Accounts;

namespace AICodeManager.Cli.Commands;

/// <summary>What all commands share: the surroundings, the options that stand everywhere, and how a command is made.</summary>
internal sealed class Shell(CliSurroundings surroundings)
{
    public Option<string?> Server { get; } = new("--server")
    {
        Description = "Address of the server, such as https://aicode.example.org (else AICLI_SERVER, the saved login, http://127.0.0.1:8080)",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Answer with one JSON document, or one a line for streams",
        Recursive = true,
    };

    /// <summary>A command that does something.</summary>
    public Verb Verb(
        string name, string description, IReadOnlyList<Symbol> symbols,
        Func<Invocation, CancellationToken, Task<ExitCode>> run, params IReadOnlyList<string> examples)
    {
        var verb = new Verb(name, description, examples);
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
                verb.Options.Add(option);
            else if (symbol is Argument argument)
                verb.Arguments.Add(argument);
        }

        verb.SetAction(async (parsed, cancellationToken) =>
        {
            using var call = new Invocation(surroundings, this, parsed);
            var exit = await run(call, cancellationToken);
            await KeyRotation.WhereDueAsync(call, cancellationToken);
            return (int)exit;
        });
        return verb;
    }

    /// <summary>A noun whose commands do something.</summary>
    public static Command Noun(string name, string description, params IReadOnlyList<Command> commands)
    {
        var noun = new Command(name, description);
        foreach (var command in commands)
            noun.Subcommands.Add(command);
        return noun;
    }
}
