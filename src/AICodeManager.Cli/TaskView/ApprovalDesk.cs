using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.TaskView;

/// <summary>Asks the person at the terminal about each tool call that waits, one after another, while the events go on.</summary>
internal sealed class ApprovalDesk(TaskApi tasks, string task, TaskPrinter printer, Questions questions)
{
    private const string Prompt = "Allow it? [y = yes, n = no, a = yes and remember, d = no, with a message, v = view all of it] ";

    private readonly Channel<string> waiting = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<string, CancellationTokenSource> open = new();

    /// <summary>Tells the desk of every event; only approvals concern it.</summary>
    public void Note(TaskEvent @event)
    {
        if (@event.Type is not "approval" || @event.Text("request_id") is not { Length: > 0 } request)
            return;
        if (@event.Text("state") is "pending")
            waiting.Writer.TryWrite(request);
        else if (open.TryRemove(request, out var question))
            question.Cancel();
    }

    /// <summary>Asks until it is cancelled or there is nobody left to ask.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var request in waiting.Reader.ReadAllAsync(cancellationToken))
        {
            // Not disposed of: an event may cancel it just as its question ends; it goes with the whole.
            var question = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            open[request] = question;
            try
            {
                // An old event may tell of what has long been decided, and the stored request is the one that counts.
                var approval = (await tasks.ApprovalsAsync(task, question.Token)).Value.FirstOrDefault(one => one.RequestId == request);
                if (approval is { IsPending: true } && !await AskAsync(approval, question.Token))
                    return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                printer.Between(writer => writer.Line("That was decided elsewhere.", Ink.Faint));
            }
            catch (Exception failure) when (failure is CliFailure or JsonException)
            {
                printer.Between(writer =>
                {
                    writer.Line($"The decision did not reach the server: {failure.Message}", Ink.Bad);
                    Elsewhere(writer, request);
                });
            }
            finally
            {
                open.TryRemove(request, out _);
            }
        }
    }

    private async Task<bool> AskAsync(Approval approval, CancellationToken cancellationToken)
    {
        printer.Request(approval.Tool, approval.Input, whole: false);
        while (true)
        {
            printer.Between(_ => { });
            var answer = await questions.LineAsync(Prompt, cancellationToken);
            switch (answer?.Trim().ToUpperInvariant())
            {
                case null:
                    printer.Between(writer => Elsewhere(writer, approval.RequestId));
                    return false;
                case "Y" or "YES":
                    await DecideAsync(approval, new DecisionRequest("allow", null, null), cancellationToken);
                    return true;
                case "A":
                    await DecideAsync(approval, new DecisionRequest("allow", true, null), cancellationToken);
                    return true;
                case "N" or "NO":
                    await DecideAsync(approval, new DecisionRequest("deny", null, null), cancellationToken);
                    return true;
                case "D":
                    var message = await questions.LineAsync("Why not (the agent reads it): ", cancellationToken);
                    await DecideAsync(approval, new DecisionRequest("deny", null, message is { Length: > 0 } ? message : null), cancellationToken);
                    return true;
                case "V":
                    printer.Request(approval.Tool, approval.Input, whole: true);
                    break;
            }
        }
    }

    /// <summary>From here on the event of our own decision must not look like somebody else's.</summary>
    private async Task DecideAsync(Approval approval, DecisionRequest decision, CancellationToken cancellationToken)
    {
        open.TryRemove(approval.RequestId, out _);
        await tasks.DecideAsync(task, approval.RequestId, decision, cancellationToken);
    }

    private void Elsewhere(HumanWriter writer, string request)
    {
        writer.Line($"Allow it from elsewhere: aicli approve {task} {request}");
        writer.Line($"Deny it:                 aicli deny {task} {request}");
    }
}
