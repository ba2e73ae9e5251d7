using System.CommandLine;
using System.CommandLine.Help;
using AICodeManager.Cli.Commands.Accounts;

namespace AICodeManager.Cli.Commands;

/// <summary>All commands.</summary>
internal static class CommandTree
{
    public static RootCommand Build(Shell shell)
    {
        var root = new RootCommand("Runs AI coding agents in the sandboxes of an AICode Manager server.")
        {
            AccountCommands.Register(shell),
            LoginCommand.Build(shell),
            LogoutCommand.Build(shell),
            AccountCommands.WhoAmI(shell),
            StepUpCommand.Build(shell),
            SessionCommands.Build(shell),
            KeyCommands.Build(shell),
            ProfileCommands.Build(shell),
            WorkspaceCommands.Build(shell),
            ProjectCommands.Build(shell),
            TaskCommands.Build(shell),
            ApprovalCommands.Approve(shell),
            ApprovalCommands.Deny(shell),
            ChangeCommands.Diff(shell),
            Shell.Noun(
                "admin", "Administration.", UserCommands.Build(shell), AdminKeyCommands.Keys(shell), AdminKeyCommands.Caches(shell),
                BlockCommands.Build(shell), AlertCommands.Build(shell), Shell.Noun("audit", "The record of who did what.", AuditVerifying.Build(shell))),
        };
        root.Options.Add(shell.Server);
        root.Options.Add(shell.Json);
        // "[suggest]" and "[diagram]" are for the makers of command lines.
        root.Directives.Clear();
        foreach (var help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}
