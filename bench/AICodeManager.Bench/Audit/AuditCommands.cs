using System.CommandLine;

namespace AICodeManager.Bench.Audit;

/// <summary>The measurements of the audit, and the processes that they start.</summary>
internal static class AuditCommands
{
    public static Command Load()
    {
        var (rounds, seconds) = (Count("--rounds", "How often the phases take turns, 1 to 20.", 3, 20), Count("--seconds", "Length of a phase, 1 to 60.", 4, 60));
        var command = new Command("audit", "What a thousand events a second cost requests, and how many events there can be.") { rounds, seconds };
        command.SetAction((parsed, cancel) => AuditBench.RunAsync(parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancel));
        return command;
    }

    public static Command Kill()
    {
        var rounds = Count("--rounds", "How often each database is killed, 1 to 20.", 3, 20);
        var command = new Command("audit-kill", "10,000 audited changes, killed in the middle: is every acknowledged one there?") { rounds };
        command.SetAction((parsed, cancel) => AuditKillBench.RunAsync(parsed.GetValue(rounds), cancel));
        return command;
    }

    public static Command Server()
    {
        var (data, database) = (new Option<string>("--data") { Required = true }, new Option<string?>("--database"));
        var command = new Command("audit-server") { data, database };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => AuditServer.RunAsync(parsed.GetRequiredValue(data), parsed.GetValue(database), cancel));
        return command;
    }

    public static Command Writer()
    {
        var (data, database) = (new Option<string>("--data") { Required = true }, new Option<string?>("--database"));
        var command = new Command("audit-writer") { data, database };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => AuditWriter.RunAsync(parsed.GetRequiredValue(data), parsed.GetValue(database), cancel));
        return command;
    }

    private static Option<int> Count(string name, string description, int usual, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var given && (given < 1 || given > most))
                result.AddError($"{name} takes 1 to {most}.");
        });
        return option;
    }
}
