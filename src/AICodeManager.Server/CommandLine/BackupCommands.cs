using System.CommandLine;

namespace AICodeManager.Server.CommandLine;

/// <summary>The command line of backups and restores.</summary>
internal static class BackupCommands
{
    public static Command Backup()
    {
        var copies = new Option<bool?>("--working-copies") { Description = "Whether the projects' files go with it; as configured by default." };
        var create = new Command("create", "Make a backup of the configured database now, and verify it.") { copies };
        create.SetAction((parsed, cancel) => BackupCommand.CreateAsync(parsed.GetValue(copies), cancel));
        var json = new Option<bool>("--json") { Description = "One JSON document." };
        var list = new Command("list", "Backups that the database knows, latest first.") { json };
        list.SetAction((parsed, cancel) => BackupCommand.ListAsync(parsed.GetValue(json), cancel));
        var all = new Option<bool>("--all") { Description = "Every backup in the folder." };
        var names = new Argument<string[]>("NAME") { Description = "Names in the folder of backups, or paths; the latest by default.", Arity = ArgumentArity.ZeroOrMore };
        var verify = new Command("verify", "Read backups entirely and say what is wrong with them. Exit code 1 when anything is.") { names, all };
        verify.SetAction((parsed, cancel) => BackupCommand.VerifyAsync(parsed.GetValue(names) ?? [], parsed.GetValue(all), cancel));
        var name = new Argument<string>("NAME") { Description = "Its name in the folder of backups." };
        var delete = new Command("delete", "Delete a backup.") { name };
        delete.SetAction((parsed, cancel) => BackupCommand.DeleteAsync(parsed.GetRequiredValue(name), cancel));
        var command = new Command("backup", "Make a backup, or see to those that there are.") { create, list, verify, delete };
        command.Options.Add(copies);
        command.SetAction((parsed, cancel) => BackupCommand.CreateAsync(parsed.GetValue(copies), cancel));
        return command;
    }

    public static Command Restore()
    {
        var name = new Argument<string>("NAME") { Description = "A name in the folder of backups, or the path of a file." };
        var url = new Option<string?>("--to") { Description = "Into this PostgreSQL database, postgres://user:password@host:port/name, instead of the configured one. Other users see a command line: rather set DATABASE_URL for this one command." };
        var file = new Option<string?>("--to-file") { Description = "Into this SQLite file." };
        var replace = new Option<bool>("--replace") { Description = "Replace what the database holds." };
        var copies = new Option<bool>("--working-copies") { Description = "The projects' files, too, where the backup holds them." };
        var command = new Command("restore", "Put a backup into an empty database, or in place of another. The server must not be running.")
        {
            name, url, file, replace, copies,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(url) is not null && result.GetValue(file) is not null)
                result.AddError("--to and --to-file name two targets; give one.");
            if (result.GetValue(copies) && (result.GetValue(url) ?? result.GetValue(file)) is not null)
                result.AddError("--working-copies would take the place of those of the configured installation; leave it out with --to and --to-file, or name another AICLI_DATA.");
        });
        command.SetAction((parsed, cancel) => RestoreCommand.RunAsync(
            parsed.GetRequiredValue(name), parsed.GetValue(url), parsed.GetValue(file), parsed.GetValue(replace), parsed.GetValue(copies),
            cancel));
        return command;
    }
}
