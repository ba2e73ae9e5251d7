using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin alerts …</c>: what the server told people, and whether it reached them.</summary>
internal static class AlertCommands
{
    /// <summary>How long a test is waited for; a channel that hangs is given up by the server in less than two minutes.</summary>
    private static readonly TimeSpan TestLimit = TimeSpan.FromMinutes(2);

    public static Command Build(Shell shell) => Shell.Noun("alerts", "Alerts and their deliveries.", List(shell), Test(shell));

    private static Verb List(Shell shell)
    {
        var kind = new Option<string?>("--kind") { Description = "Only this kind", HelpName = "KIND" };
        var delivery = new Option<string?>("--delivery") { Description = "Only with a delivery that is pending, sent or failed", HelpName = "STATE" };
        delivery.AcceptOnlyFromAmong("pending", "sent", "failed");
        return shell.Verb(
            "list", "List the alerts, latest first.", [kind, delivery],
            async (call, cancellationToken) =>
            {
                var reply = await call.Alerts.ListAsync(call.Value(kind), call.Value(delivery), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["id", "kind", "severity", "about", "times", "last", "deliveries"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)
                    [
                        one.Id, one.Kind, one.Severity, one.Subject, $"{one.Occurrences}", Moment.Of(one.LastAt), Summary(one),
                    ])));
                return ExitCode.Ok;
            },
            "aicli admin alerts list", "aicli admin alerts list --delivery failed");
    }

    private static Verb Test(Shell shell)
    {
        var channel = new Option<string?>("--channel") { Description = "Only this channel, by its name", HelpName = "NAME" };
        return shell.Verb(
            "test", "Send a test over every channel and tell what became of it.", [channel],
            async (call, cancellationToken) =>
            {
                var reply = await call.Alerts.TestAsync(call.Value(channel), cancellationToken);
                reply = await SettledAsync(call, reply, cancellationToken);
                var deliveries = reply.Value.Deliveries ?? [];
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["channel", "state", "error"], deliveries.Select(one => (IReadOnlyList<string?>)[one.Target, one.State, one.LastError])));
                return deliveries.All(one => one.State == "sent") ? ExitCode.Ok : ExitCode.Failed;
            },
            "aicli admin alerts test", "aicli admin alerts test --channel slack");
    }

    private static async Task<Reply<AlertDocument>> SettledAsync(Invocation call, Reply<AlertDocument> reply, CancellationToken cancellationToken)
    {
        var (patience, clock) = (call.Surroundings.Patience, call.Surroundings.Clock);
        var since = clock.GetTimestamp();
        while (reply.Value.Deliveries?.Any(one => one.State == "pending") == true && clock.GetElapsedTime(since) < TestLimit)
        {
            await Task.Delay(patience.LongestLook, clock, cancellationToken);
            reply = await call.Alerts.GetAsync(reply.Value.Id, cancellationToken);
        }

        return reply;
    }

    private static string Summary(AlertDocument alert) =>
        string.Join(", ", (alert.Deliveries ?? []).GroupBy(one => one.State).Select(state => $"{state.Count()} {state.Key}"));
}
