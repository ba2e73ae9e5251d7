using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.TaskView;

/// <summary>Shows a task's events until it ends, asks about its tool calls where a person can answer, and judges its end.</summary>
internal sealed class TaskFollower(
    TaskApi tasks, Reporter reporter, Questions questions, Patience patience, TimeProvider clock)
{
    /// <param name="task">The task's id.</param>
    /// <param name="after">Only events after this id; null: all.</param>
    /// <param name="since">Only events from this time on (the server's clock); null: all.</param>
    public async Task<ExitCode> FollowAsync(string task, string? after, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var asks = questions.CanAsk && !reporter.IsJson;
        var stream = new TaskEventStream(tasks, task, patience, clock, reporter.Notice);
        var printer = new TaskPrinter(reporter.Human, task, asks);
        var desk = new ApprovalDesk(tasks, task, printer, questions);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = asks ? desk.RunAsync(ending.Token) : Task.CompletedTask;
        try
        {
            await foreach (var @event in stream.ReadAsync(after, cancellationToken))
            {
                if (since is { } begin && @event.At is { } at && at < begin)
                    continue;
                if (reporter.IsJson)
                    reporter.Document(@event.ToJson());
                else
                    printer.Print(@event);
                if (asks)
                    desk.Note(@event);
            }

            printer.Between(_ => { });
            return stream.State is "succeeded" ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            reporter.Notice("");
            reporter.Notice($"Stopped following; task {task} goes on.");
            reporter.Notice($"  follow it again: aicli task follow {task}{(stream.LastId is { } last ? $" --after {last}" : "")}");
            reporter.Notice($"  cancel it:       aicli task cancel {task}");
            return ExitCode.Interrupted;
        }
        finally
        {
            await ending.CancelAsync();
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
