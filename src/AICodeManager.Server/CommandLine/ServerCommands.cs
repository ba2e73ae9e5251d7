using System.CommandLine;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.CommandLine;

/// <summary>What <c>aicli-web</c> can be asked for. Exit codes: 0 done, 1 failed, 2 asked for wrongly.</summary>
public static class ServerCommands
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("AICode Manager's server. Without a command it serves.")
        {
            Serve(),
            Doctor(),
            Healthcheck(),
            Migrate(),
            Backup(),
            Restore(),
            Bff(),
        };
        var parsed = root.Parse(args.Length == 0 || args[0].StartsWith("--urls", StringComparison.Ordinal) ? ["serve", .. args] : args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(string.Join('\n', parsed.Errors.Select(e => $"aicli-web: {e.Message}")));
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (ConfigurationException wrong)
        {
            await Console.Error.WriteLineAsync($"aicli-web: the configuration cannot be used:\n{wrong.Message}");
            return 2;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or IOException or UnauthorizedAccessException
            or System.Data.Common.DbException or System.Text.Json.JsonException)
        {
            await Console.Error.WriteLineAsync($"aicli-web: {e.Message}");
            return 1;
        }
    }

    private static Command Serve()
    {
        var urls = new Option<string?>("--urls") { Description = "Addresses to listen on instead of the configured ones, separated by semicolons." };
        var command = new Command("serve", "Serve the API until stopped.") { urls };
        command.SetAction((parsed, cancel) => ServeCommand.RunAsync(parsed.GetValue(urls), cancel));
        return command;
    }

    private static Command Doctor()
    {
        var json = new Option<bool>("--json") { Description = "One JSON document instead of a table." };
        var quick = new Option<bool>("--quick") { Description = "Only the probes that run at every start." };
        var command = new Command("doctor", "Try to break out of the configured sandbox, and say what held.") { json, quick };
        command.SetAction((parsed, cancel) => DoctorCommand.RunAsync(parsed.GetValue(json), parsed.GetValue(quick), cancel));
        return command;
    }

    private static Command Healthcheck()
    {
        var url = new Option<string?>("--url") { Description = "Address of the server; the configured one by default." };
        var command = new Command("healthcheck", "Exit 0 when the server on this machine is ready, 1 when not.") { url };
        command.SetAction((parsed, cancel) => HealthcheckCommand.RunAsync(parsed.GetValue(url), cancel));
        return command;
    }

    private static Command Migrate()
    {
        var command = new Command("migrate", "Bring the database to this server's schema and exit.");
        command.SetAction((_, cancel) => MigrateCommand.RunAsync(cancel));
        return command;
    }

    private static Command Backup()
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

    private static Command Restore()
    {
        var name = new Argument<string>("NAME") { Description = "A name in the folder of backups, or the path of a file." };
        var url = new Option<string?>("--to") { Description = "Into this PostgreSQL database, postgres://user:password@host:port/name, instead of the configured one." };
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
        });
        command.SetAction((parsed, cancel) => RestoreCommand.RunAsync(
            parsed.GetRequiredValue(name), parsed.GetValue(url), parsed.GetValue(file), parsed.GetValue(replace), parsed.GetValue(copies),
            cancel));
        return command;
    }

    private static Command Bff()
    {
        var api = new Option<string>("--api") { Description = "Address of the API, such as http://127.0.0.1:8080.", Required = true };
        var urls = new Option<string?>("--urls") { Description = "Addresses to listen on, separated by semicolons; http://127.0.0.1:8081 by default." };
        var command = new Command("bff", "Hold browsers' keys for an API on another machine: open, sign, pass on.") { api, urls };
        command.SetAction((parsed, cancel) => BffCommand.RunAsync(parsed.GetRequiredValue(api), parsed.GetValue(urls), cancel));
        return command;
    }
}
