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
            BackupCommands.Backup(),
            BackupCommands.Restore(),
            Vault(),
            Audit(),
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

    private static Command Vault()
    {
        var status = new Command("status", "Which keys there are, and what lies under each; exit code 1 when something cannot be opened.");
        status.SetAction((_, cancel) => VaultCommand.StatusAsync(cancel));
        var rotate = new Command("rotate", "Seal everything with a new key, while servers run; goes on where it was stopped.");
        rotate.SetAction((_, cancel) => VaultCommand.RotateAsync(cancel));
        var verify = new Command("verify", "Open every sealed field and name those that do not open; exit code 1 when there are any.");
        verify.SetAction((_, cancel) => VaultCommand.VerifyAsync(cancel));
        return new Command("vault", "Encryption at rest: its keys, a new one, and whether everything opens.") { status, rotate, verify };
    }

    private static Command Audit()
    {
        var json = new Option<bool>("--json") { Description = "One JSON document instead of lines." };
        var verify = new Command("verify", "Prove the audit: exit 0 when nothing was altered, deleted, reordered or cut off, 1 when anything was.") { json };
        verify.SetAction((parsed, cancel) => AuditCommand.VerifyAsync(parsed.GetValue(json), cancel));
        return new Command("audit", "The record of who did what.") { verify };
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
