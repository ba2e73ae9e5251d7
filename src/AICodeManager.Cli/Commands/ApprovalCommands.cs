using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;
using AICodeManager.Cli.TaskView;

namespace AICodeManager.Cli.Commands;

/// <summary><c>aicli task approvals</c>, <c>aicli [task] approve</c>, <c>aicli [task] deny</c></summary>
internal static class ApprovalCommands
{
    public static Verb List(Shell shell)
    {
        var task = TaskCommands.Which();
        return shell.Verb(
            "approvals", "Show the tool calls of a task that wait for a person, or did.", [task],
            async (call, cancellationToken) =>
            {
                var reply = await call.Tasks.ApprovalsAsync(Finder.Task(call.Value(task)), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
                return ExitCode.Ok;
            },
            "aicli task approvals 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f");
    }

    public static Verb Approve(Shell shell)
    {
        var (task, request) = (TaskCommands.Which(), Request());
        var remember = new Option<bool>("--remember") { Description = "Allow the like from now on without asking" };
        return shell.Verb(
            "approve", "Allow a tool call that waits.", [task, request, remember],
            (call, cancellationToken) => DecideAsync(
                call, call.Value(task), call.Optional(request), new DecisionRequest("allow", call.Value(remember) ? true : null, null), cancellationToken),
            "aicli approve 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f", "aicli approve 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f 5b1c --remember");
    }

    public static Verb Deny(Shell shell)
    {
        var (task, request) = (TaskCommands.Which(), Request());
        var message = new Option<string?>("--message", "-m") { Description = "Why not; the agent reads it", HelpName = "MESSAGE" };
        return shell.Verb(
            "deny", "Refuse a tool call that waits.", [task, request, message],
            (call, cancellationToken) => DecideAsync(
                call, call.Value(task), call.Optional(request), new DecisionRequest("deny", null, call.Value(message)), cancellationToken),
            "aicli deny 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f --message \"Use the test database\"");
    }

    private static async Task<ExitCode> DecideAsync(
        Invocation call, string named, string? request, DecisionRequest decision, CancellationToken cancellationToken)
    {
        var task = Finder.Task(named);
        var all = await call.Tasks.ApprovalsAsync(task, cancellationToken);
        var approval = Waiting(task, request, [.. all.Value.Where(one => one.IsPending)]);
        await call.Tasks.DecideAsync(task, approval.RequestId, decision, cancellationToken);
        var done = decision.Decision is "allow" ? "allowed" : "denied";
        call.Reporter.Answer(new Done(done, approval.RequestId), CliJson.Default.Done, writer =>
            writer.Line($"{(done is "allowed" ? "Allowed" : "Denied")}: {approval.Tool} {ToolInputView.Summary(approval.Input)}"));
        return ExitCode.Ok;
    }

    /// <summary>The request meant; without a name the only one. Which of several is never guessed.</summary>
    private static Approval Waiting(string task, string? request, IReadOnlyList<Approval> pending)
    {
        if (pending.Count == 0)
            throw new CliFailure(ExitCode.NotFound, $"No tool call of task {task} waits for a decision.");
        var candidates = pending.Select(one => new Finder.Candidate(one.RequestId, null, $"{one.Tool} {ToolInputView.Summary(one.Input)}".Trim()));
        if (request is not null)
        {
            var meant = Finder.One("waiting request", request, candidates);
            return pending.First(one => one.RequestId == meant);
        }

        return pending is [var only] ? only : throw CliFailure.Usage(
            $"{pending.Count} tool calls wait; name one: {string.Join("; ", candidates.Take(10))}");
    }

    private static Argument<string?> Request() => new("REQUEST")
    {
        Description = "Which request, or the beginning of its id (default: the only one that waits)", Arity = ArgumentArity.ZeroOrOne,
    };

    private static void Write(HumanWriter writer, IReadOnlyList<Approval> approvals)
    {
        if (approvals.Count == 0)
            writer.Line("No tool call has asked for approval.", Ink.Faint);
        foreach (var one in approvals)
        {
            writer.Line($"{one.Tool}: {one.State}", one.IsPending ? Ink.Warning : Ink.Plain);
            writer.Fields(
                ("  request", one.RequestId), ("  asked", Moment.Of(one.CreatedAt)), ("  decided", Moment.Of(one.DecidedAt)), ("  by", one.DecidedBy));
            foreach (var line in ToolInputView.Whole(one.Input).Split('\n'))
                writer.Cleaned($"    {line}\n");
        }
    }
}
