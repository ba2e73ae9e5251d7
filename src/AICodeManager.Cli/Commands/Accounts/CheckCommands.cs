using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin security-check</c>: whether the server is as it should be.</summary>
internal static class CheckCommands
{
    private static readonly string[] Reviews = ["deployment", "weekly", "monthly", "quarterly", "yearly"];

    public static Verb Build(Shell shell)
    {
        var chosen = Reviews.Select(review => new Option<bool>($"--{review}") { Description = $"The {review} review" }).ToList();
        var all = new Option<bool>("--all") { Description = "Show also what is as it should be" };
        var language = new Option<string?>("--language") { Description = "en or ko", HelpName = "LANGUAGE" };
        language.AcceptOnlyFromAmong("en", "ko");
        return shell.Verb(
            "security-check", "Review the server: what is not as it should be, and what to do.", [.. chosen, all, language],
            async (call, cancellationToken) =>
            {
                var reviews = chosen.Zip(Reviews).Where(pair => call.Value(pair.First)).Select(pair => pair.Second).ToList();
                var reply = await call.Checks.RunAsync(reviews, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value, call.Value(all), call.Value(language) == "ko"));
                return reply.Value.Counts is { Fail: > 0 } ? ExitCode.Failed : ExitCode.Ok;
            },
            "aicli admin security-check", "aicli admin security-check --weekly --language ko");
    }

    private static void Write(HumanWriter writer, CheckDocument report, bool all, bool korean)
    {
        foreach (var item in report.Items ?? [])
        {
            var open = item.Result is "warn" or "fail";
            if (!open && !all)
                continue;
            var news = item.Previous is { } before && before != item.Result ? $" (before: {before})" : "";
            writer.Line(
                $"{item.Result?.ToUpperInvariant(),-5} {item.Id}: {Text(item.Title, korean)}{news}",
                item.Result switch { "fail" => Ink.Bad, "warn" => Ink.Warning, "pass" => Ink.Good, _ => Ink.Faint });
            writer.Line($"      {item.Evidence}");
            if (open)
                writer.Line($"      -> {Text(item.ToDo, korean)}");
        }

        if (report.Counts is { } counts)
            writer.Line($"{string.Join(", ", report.Reviews ?? [])}: {counts.Fail} fail, {counts.Warn} warn, {counts.Pass} pass, {counts.Skip} skipped");
        if (report.Unrecorded is { } why)
            writer.Line($"This run could not be kept: {why}", Ink.Warning);
    }

    private static string? Text(CheckText? text, bool korean) => korean ? text?.Ko : text?.En;
}
