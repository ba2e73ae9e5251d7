using System.CommandLine;
using AICodeManager.Cli;
using AICodeManager.Cli.Commands;

namespace AICodeManager.Tests.Cli;

public sealed class HelpTests
{
    private static IEnumerable<(string[] Path, Command Command)> All(Command command, params string[] path) =>
        command.Subcommands.SelectMany(one => All(one, [.. path, one.Name])).Prepend((path, command));

    [Fact]
    public async Task Can_help_with_every_command_and_shows_examples()
    {
        using var aicli = new Aicli();
        var surroundings = new CliSurroundings(new CliConsole(TextWriter.Null, TextWriter.Null, TextReader.Null, false), _ => null);
        foreach (var (path, command) in All(CommandTree.Build(new Shell(surroundings))))
        {
            Assert.Equal(0, await aicli.RunAsync([.. path, "--help"]));
            Assert.Contains("Usage:", aicli.Out.ToString());
            Assert.False(string.IsNullOrWhiteSpace(command.Description));
            if (command is not Verb verb)
                continue;
            Assert.Contains("Examples:", aicli.Out.ToString());
            Assert.All(verb.Examples, example => Assert.Contains("aicli", example));
        }
    }

    [Fact]
    public async Task Can_tell_the_exit_codes()
    {
        using var aicli = new Aicli();

        Assert.Equal(0, await aicli.RunAsync("--help"));

        foreach (var exit in Enum.GetValues<ExitCode>())
            Assert.Matches($"(?m)^  {(int)exit} +\\S", aicli.Out.ToString());
    }

    [Theory]
    [InlineData("A command is missing; accepted are register, login")]
    [InlineData("'tusk' is not a command here; accepted are register", "tusk")]
    [InlineData("'frobnicate' is not a command here; accepted are run, list", "task", "frobnicate")]
    [InlineData("Option '--project' is required.", "task", "run", "x")]
    [InlineData("Unrecognized command or argument 'extra'.", "whoami", "extra")]
    [InlineData("Must be one of: 'ask' 'edits' 'never'", "task", "run", "-p", "x", "y", "--approvals", "no")]
    [InlineData("Required argument missing", "workspace", "create")]
    public async Task Cannot_run_a_wrong_command_line_and_says_what_is_accepted_on_one_line(string said, params string[] args)
    {
        using var aicli = new Aicli();

        Assert.Equal(2, await aicli.RunAsync(args));

        Assert.Contains(said, aicli.Error.ToString());
        Assert.EndsWith(" --help\n", aicli.Error.ToString());
        Assert.Single(aicli.Error.ToString().TrimEnd().Split('\n'));
        Assert.Equal("", aicli.Out.ToString());
    }
}
