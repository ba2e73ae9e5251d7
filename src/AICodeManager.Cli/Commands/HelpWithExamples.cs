using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace AICodeManager.Cli.Commands;

/// <summary>The usual help, then examples; at the top also the environment and the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const string Everywhere = """
        Environment:
          AICLI_SERVER     Address of the server
          AICLI_TOKEN      Access token to use instead of the saved login
          AICLI_PASSWORD   Password for login, register and step-up
          XDG_CONFIG_HOME  Where aicli/credentials.json is kept (else ~/.config)
          NO_COLOR         Set to anything: no colours

        Exit codes:
          0    done; a followed task succeeded
          1    the server refused or wants a fresh proof, or the followed task failed, was cancelled or timed out
          2    the command line or a local input is wrong
          3    not signed in, or the sign-in was refused
          4    not found
          5    the server cannot be reached
          130  Ctrl-C

        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is RootCommand)
            output.WriteLine(Everywhere.TrimEnd());
        if (parseResult.CommandResult.Command is Verb { Examples: { Count: > 0 } examples })
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }

        return result;
    }
}
