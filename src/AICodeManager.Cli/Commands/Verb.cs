using System.CommandLine;

namespace AICodeManager.Cli.Commands;

/// <summary>A command with examples for its help.</summary>
internal sealed class Verb(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}
