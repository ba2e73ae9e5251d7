using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;
using AICodeManager.Cli.TaskView;

namespace AICodeManager.Cli.Commands;

/// <summary><c>aicli task …</c></summary>
internal static class TaskCommands
{
    public static Command Build(Shell shell) => Shell.Noun(
        "task", "Tasks: prompts given to an agent that works in the sandbox.",
        Run(shell), List(shell), Show(shell), Follow(shell), Send(shell), Cancel(shell),
        ApprovalCommands.List(shell), ApprovalCommands.Approve(shell), ApprovalCommands.Deny(shell));

    public static Argument<string> Which() => new("TASK") { Description = "Id of the task" };

    private static Verb Run(Shell shell)
    {
        var project = ProjectCommands.InWhich();
        var prompt = new Argument<string>("PROMPT") { Description = "What to do; - reads it from standard input" };
        var approvals = new Option<string?>("--approvals")
        {
            Description = "What waits for a person: ask = whatever changes or runs something, edits = all but file edits, never = nothing",
        };
        approvals.AcceptOnlyFromAmong("ask", "edits", "never");
        var budget = new Option<string?>("--budget") { Description = "Most that it may cost, in US dollars", HelpName = "USD" };
        var agent = new Option<string?>("--agent") { Description = "Which agent CLI (default: the server's)", HelpName = "NAME" };
        var follow = FollowOption();
        return shell.Verb(
            "run", "Give an agent a task.", [project, prompt, follow, approvals, budget, agent],
            async (call, cancellationToken) =>
            {
                var dollars = Budget.Parse(call.Value(budget));
                var text = await PromptText.ReadAsync(call, call.Value(prompt), cancellationToken);
                var id = await call.Finder.ProjectAsync(call.Value(project)!, cancellationToken);
                var reply = await call.Tasks.RunAsync(
                    id, new RunTaskRequest(text, call.Value(agent), call.Value(approvals), dollars), cancellationToken);
                if (!call.Value(follow))
                {
                    call.Reporter.Answer(reply.Json, writer => Started(writer, reply.Value));
                    return ExitCode.Ok;
                }

                if (call.Reporter.IsJson)
                    call.Reporter.Document(new TaskEvent(null, "task", reply.Json).ToJson());
                else
                    call.Reporter.Human.Line($"task {reply.Value.Id}", Ink.Strong);
                return await call.Follower.FollowAsync(reply.Value.Id, after: null, since: null, cancellationToken);
            },
            "aicli task run --project api \"Add a health check\" --follow",
            "aicli task run -p api \"Fix the failing tests\" --approvals edits --budget 2.50 --follow",
            "git log -1 --format=%B | aicli task run -p api -");
    }

    private static Verb List(Shell shell)
    {
        var project = ProjectCommands.InWhich();
        return shell.Verb(
            "list", "List the tasks of a project.", [project],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.ProjectAsync(call.Value(project)!, cancellationToken);
                var reply = await call.Tasks.ListAsync(id, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["id", "state", "cost", "created", "prompt"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)
                        [one.Id, one.State, Cost(one), Moment.Of(one.CreatedAt), Excerpt.Of(one.Prompt ?? "", 1, 60).ToString()])));
                return ExitCode.Ok;
            },
            "aicli task list --project api");
    }

    private static Verb Show(Shell shell)
    {
        var task = Which();
        return shell.Verb(
            "show", "Show a task.", [task],
            async (call, cancellationToken) =>
            {
                var reply = await call.Tasks.GetAsync(Finder.Task(call.Value(task)), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
                return ExitCode.Ok;
            },
            "aicli task show 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f");
    }

    private static Verb Follow(Shell shell)
    {
        var task = Which();
        var after = new Option<string?>("--after") { Description = "Only events after this one", HelpName = "ID" };
        var verb = shell.Verb(
            "follow", "Show a task's events until it ends; approvals are asked for on a terminal.", [task, after],
            async (call, cancellationToken) =>
            {
                var id = Finder.Task(call.Value(task));
                if (call.Value(after) is { } last && !(last.Length is > 0 and <= 20 && last.All(char.IsAsciiDigit)))
                    throw CliFailure.Usage($"--after: '{last}' is not an event's id; accepted is a number, such as the \"id\" of --json.");
                return await call.Follower.FollowAsync(id, call.Value(after), since: null, cancellationToken);
            },
            "aicli task follow 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f",
            "aicli task events 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f --after 120 --json");
        verb.Aliases.Add("events");
        return verb;
    }

    private static Verb Send(Shell shell)
    {
        var task = Which();
        var text = new Argument<string>("TEXT") { Description = "The next prompt; - reads it from standard input" };
        var follow = FollowOption();
        return shell.Verb(
            "send", "Continue a task with a further prompt.", [task, text, follow],
            async (call, cancellationToken) =>
            {
                var id = Finder.Task(call.Value(task));
                var message = await PromptText.ReadAsync(call, call.Value(text), cancellationToken);
                // The server's clock, before: what it tells from then on belongs to this turn.
                var since = call.Value(follow) ? (await call.Tasks.GetAsync(id, cancellationToken)).Date : null;
                await call.Tasks.SendAsync(id, message, cancellationToken);
                if (call.Value(follow))
                    return await call.Follower.FollowAsync(id, after: null, since, cancellationToken);
                call.Reporter.Answer(new Done("sent", id), CliJson.Default.Done, writer => writer.Line($"Sent to task {id}."));
                return ExitCode.Ok;
            },
            "aicli task send 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f \"Now add tests\" --follow");
    }

    private static Verb Cancel(Shell shell)
    {
        var task = Which();
        return shell.Verb(
            "cancel", "Stop a task.", [task],
            async (call, cancellationToken) =>
            {
                var id = Finder.Task(call.Value(task));
                await call.Tasks.CancelAsync(id, cancellationToken);
                call.Reporter.Answer(new Done("cancelled", id), CliJson.Default.Done, writer => writer.Line($"Cancelling task {id}."));
                return ExitCode.Ok;
            },
            "aicli task cancel 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f");
    }

    private static Option<bool> FollowOption() => new("--follow", "-f") { Description = "Show its events until it ends" };

    private static void Started(HumanWriter writer, AgentTask task)
    {
        writer.Fields(("task", task.Id), ("state", task.State));
        writer.Line($"Follow it: aicli task follow {task.Id}");
    }

    private static void Write(HumanWriter writer, AgentTask task)
    {
        writer.Fields(
            ("id", task.Id), ("project", task.ProjectId), ("state", task.State), ("reason", task.Reason), ("agent", task.Agent),
            ("approvals", task.Approvals), ("budget", task.BudgetUsd is { } most ? TaskPrinter.Money(most) : null), ("cost", Cost(task)),
            ("tokens", task.Usage is { } usage ? $"{usage.InputTokens} in, {usage.OutputTokens} out" : null),
            ("created", Moment.Of(task.CreatedAt)), ("started", Moment.Of(task.StartedAt)), ("finished", Moment.Of(task.FinishedAt)));
        if (task.Prompt is { Length: > 0 } prompt)
        {
            writer.Line("prompt", Ink.Faint);
            writer.Block(prompt);
        }
    }

    private static string? Cost(AgentTask task) => task.CostUsd is { } cost ? TaskPrinter.Money(cost) : null;
}
