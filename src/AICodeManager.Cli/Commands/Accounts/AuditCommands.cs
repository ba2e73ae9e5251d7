using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin audit list|export|follow|streams|verify</c>.</summary>
internal static class AuditCommands
{
    private const int UsualCount = 100, MostCount = 10_000, LargestPage = 200;

    private static readonly string[] Columns = ["at", "name", "outcome", "actor", "address", "about", "reason", "request"];

    public static Command Build(Shell shell) => Shell.Noun("audit", "What happened, and who did it.", List(shell), Export(shell), Follow(shell),
        AuditVerifying.Build(shell), Streams(shell));

    private static Verb List(Shell shell)
    {
        var filters = new AuditFilterOptions();
        var limit = new Option<int?>("--limit") { Description = $"At most so many events (default {UsualCount}, at most {MostCount})", HelpName = "COUNT" };
        var oldest = new Option<bool>("--oldest-first") { Description = "In the order in which they happened" };
        return shell.Verb(
            "list", "List events, latest first.", filters.With(limit, oldest),
            async (call, cancellationToken) =>
            {
                var most = call.Value(limit) ?? UsualCount;
                if (most is < 1 or > MostCount)
                    throw CliFailure.Usage($"--limit: {most} is not accepted; accepted is 1 to {MostCount}. All of them has: aicli admin audit export");
                var items = new List<System.Text.Json.JsonElement>();
                string? cursor = null;
                do
                {
                    var page = await call.Audit.PageAsync(
                        filters.Of(call), Math.Min(most - items.Count, LargestPage), call.Value(oldest), cursor, cancellationToken);
                    items.AddRange(page.Value.Items);
                    cursor = page.Value.Next;
                }
                while (cursor is not null && items.Count < most);
                call.Reporter.Answer(
                    new ListDocument(items, cursor), CliJson.Default.ListDocument,
                    writer => writer.Table(Columns, items.Select(item => Row(AuditApi.Read(item)))));
                if (cursor is not null && !call.Reporter.IsJson)
                    call.Reporter.Notice("There are more; show them with --limit, or take all with: aicli admin audit export");
                return ExitCode.Ok;
            },
            "aicli admin audit list", "aicli admin audit list --name login_failed --address 203.0.113.0/24 --from 2026-11-01T00:00:00Z");
    }

    private static Verb Export(Shell shell)
    {
        var filters = new AuditFilterOptions();
        var format = new Option<string?>("--format") { Description = "jsonl (default), or ocsf: Open Cybersecurity Schema Framework 1.3", HelpName = "jsonl|ocsf" };
        format.AcceptOnlyFromAmong("jsonl", "ocsf");
        var output = new Option<string?>("--output", "-o") { Description = "File to write whole or not at all, - for standard output (default)", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Replace a file that is there" };
        return shell.Verb(
            "export", "Take out every event that matches, oldest first, one JSON document a line.", filters.With(format, output, force),
            async (call, cancellationToken) =>
            {
                await AuditExporting.RunAsync(
                    call, filters.Of(call), call.Value(format) ?? "jsonl", call.Value(output) ?? "-", call.Value(force), cancellationToken);
                return ExitCode.Ok;
            },
            "aicli admin audit export --from 2026-10-01T00:00:00Z --to 2026-11-01T00:00:00Z -o october.jsonl", "aicli admin audit export --format ocsf | gzip > audit.gz");
    }

    private static Verb Follow(Shell shell)
    {
        var filters = new AuditFilterOptions();
        return shell.Verb(
            "follow", "Show events as they happen, until stopped.", filters.With(),
            async (call, cancellationToken) =>
            {
                await new AuditFollower(call, filters.Of(call)).RunAsync(cancellationToken);
                return ExitCode.Ok;
            },
            "aicli admin audit follow --outcome refused", "aicli admin audit follow --json | jq .name");
    }

    private static Verb Streams(Shell shell) => shell.Verb(
        "streams", "Show where events are sent to, and how far behind that is.", [],
        async (call, cancellationToken) =>
        {
            var reply = await call.Audit.StreamsAsync(cancellationToken);
            call.Reporter.Answer(reply.Json, writer => writer.Table(
                ["name", "target", "state", "lag", "sent", "last sent", "node", "error"],
                reply.Value.Select(one => (IReadOnlyList<string?>)
                [
                    one.Name, one.Target, one.State, $"{one.LagSeconds} s", $"{one.Sent}", Moment.Of(one.LastSentAt), one.Node, one.Failures > 0 ? one.LastError : null,
                ])));
            return ExitCode.Ok;
        },
        "aicli admin audit streams");

    /// <summary>One event as a row of <see cref="Columns"/>.</summary>
    private static IReadOnlyList<string?> Row(AuditDocument one) =>
    [
        Moment.Of(one.At), one.Name, one.Outcome, one.ActorId, one.Address, $"{one.ResourceType} {one.ResourceId}".Trim(), one.Reason, one.RequestId,
    ];
}
