using System.Runtime.InteropServices;
using System.Text;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.ModelGateway;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// One run of a task, from the first prompt to the last result: reads what the agent says, appends it as events, answers
/// what it asks, and ends it. Steps are taken one at a time, so nothing here needs a lock.
/// </summary>
internal sealed class TaskRun(
    AgentTask task, IAgentCli agent, ISandbox sandbox, GatewayDoor gateway, RunLimits limits, RunInbox inbox,
    RunStore runs, TaskLog log, ApprovalStore approvals, ToolCallAudit calls, long outputLimit, TimeProvider time)
{
    private const int MaxNoise = 200, ShownNoise = 20, MaxApprovalInput = 1 << 20, PieceLimit = 512;
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5), InterruptPatience = TimeSpan.FromMilliseconds(700);

    private readonly IAgentReader reader = agent.NewReader();
    private readonly AgentInput input = new(sandbox.Input, limits.InputPatience, time, inbox.Ending);
    private readonly StringBuilder pieces = new();
    private string? pieceMessage;
    private long offset = task.OutputOffset, lineStart = task.OutputOffset;
    private int noise;
    private bool began = task.State != TaskState.Starting;

    /// <summary>Runs to the end. Returns null when the server stops and leaves a durable sandbox to its successor.</summary>
    public async Task<RunOutcome?> DriveAsync(bool attached, CancellationToken stopping)
    {
        using var reading = new CancellationTokenSource();
        var errorTail = ErrorTail.ReadAsync(
            sandbox.Error, outputLimit, () => inbox.Post(new RunStep.ErrorFlood()), reading.Token);
        var output = OutputPump.RunAsync(sandbox.Output, task.OutputOffset, outputLimit, inbox, reading.Token);
        try
        {
            limits.Start();
            // An earlier process may have ended between the start of the sandbox and the first prompt.
            if ((!attached || (task.State == TaskState.Starting && await runs.HasUndeliveredAsync(task.Id, stopping)))
                && await OrDeafAsync(GreetAsync(stopping), stopping) is { } deaf)
            {
                await EndAgentAsync(deaf);
                return deaf;
            }

            if (task.State == TaskState.WaitingApproval)
            {
                limits.Pause();
            }

            inbox.Post(new RunStep.Nudge());
            while (true)
            {
                if (await OrDeafAsync(TakeStepAsync(await inbox.NextAsync(stopping), errorTail, stopping), stopping) is { } outcome)
                {
                    await EndAgentAsync(outcome);
                    return outcome;
                }
            }
        }
        catch (IOException)
        {
            return await ReadOnAsync(errorTail);
        }
        finally
        {
            await reading.CancelAsync();
            await Task.WhenAny(output, Task.Delay(EndPatience, time, CancellationToken.None));
        }
    }

    /// <summary>An agent that is frozen or does not read must not keep its run from being cancelled or timed out.</summary>
    private async Task<RunOutcome?> OrDeafAsync(Task<RunOutcome?> step, CancellationToken cancel)
    {
        try
        {
            return await step;
        }
        catch (TimeoutException)
        {
            return Deaf;
        }
        catch (OperationCanceledException) when (inbox.Ending.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            // The step that ends the run stands in line.
            return null;
        }
    }

    /// <summary>The agent's input is closed: it has ended or is about to. What it said before counts, else how it ended.</summary>
    private async Task<RunOutcome> ReadOnAsync(Task<string> errorTail)
    {
        using var patience = new CancellationTokenSource(EndPatience, time);
        while (true)
        {
            try
            {
                if (await TakeStepAsync(await inbox.NextAsync(patience.Token), errorTail, patience.Token) is { } outcome)
                {
                    return outcome;
                }
            }
            catch (IOException)
            {
                // Nobody takes this answer any more either.
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                return RunOutcome.Of(await ExitAsync(), await ErrorTail.WordsAsync(errorTail, EndPatience, time));
            }
        }
    }

    private async Task<RunOutcome?> TakeStepAsync(RunStep step, Task<string> errorTail, CancellationToken cancel)
    {
        switch (step)
        {
            case RunStep.Line line:
                var outcome = await TakeLineAsync(line.Output, cancel);
                if (outcome is null && (inbox.Idle || pieces.Length >= PieceLimit))
                {
                    await FlushAsync([], cancel);
                }

                return outcome;
            case RunStep.OutputEnded:
                await FlushAsync([], cancel);
                return RunOutcome.Of(await ExitAsync(), await ErrorTail.WordsAsync(errorTail, EndPatience, time));
            case RunStep.ErrorFlood:
                return OutputLimit;
            case RunStep.Expired expired:
                return new RunOutcome(TaskState.TimedOut, expired.Limit);
            default:
                return await LookAtStoreAsync(cancel);
        }
    }

    private async Task<RunOutcome?> TakeLineAsync(OutputLine line, CancellationToken cancel)
    {
        (lineStart, offset) = (offset, line.EndOffset);
        if (offset > outputLimit)
        {
            return OutputLimit;
        }

        var signals = line.Bytes is null
            ? [new AgentSignal.Noise($"(a line of more than {LineReader.MaxLine} bytes)")]
            : reader.Read(line.Bytes);
        foreach (var signal in signals)
        {
            if (await TakeSignalAsync(signal, cancel) is { } outcome)
            {
                return outcome;
            }
        }

        return null;
    }

    private async Task<RunOutcome?> TakeSignalAsync(AgentSignal signal, CancellationToken cancel)
    {
        switch (signal)
        {
            case AgentSignal.TextPiece piece:
                pieceMessage = piece.MessageId;
                pieces.Append(piece.Text);
                return null;
            case AgentSignal.SessionBegan session:
                await BeginAsync(session, cancel);
                return null;
            case AgentSignal.Said said:
                await FlushAsync([TaskEvent.Message("assistant", said.Text, said.MessageId)], cancel);
                return null;
            case AgentSignal.ToolCalled call:
                await FlushAsync([TaskEvent.ToolCall(call.ToolUseId, call.Tool, call.Input)], cancel, also: calls.Of(call));
                return null;
            case AgentSignal.ToolReturned returned:
                await FlushAsync([TaskEvent.ToolResult(returned.ToolUseId, returned.IsError, returned.Text)], cancel);
                return null;
            case AgentSignal.ApprovalAsked asked:
                await JudgeAsync(asked, cancel);
                return null;
            case AgentSignal.ApprovalWithdrawn withdrawn:
                await approvals.WithdrawAsync(task.Id, withdrawn.RequestId, cancel);
                await GoOnIfNothingWaitsAsync(cancel);
                return null;
            case AgentSignal.Retried retry:
                await FlushAsync([TaskEvent.Log("warning", Describe(retry))], cancel);
                return null;
            case AgentSignal.Noise garbage:
                return await TakeNoiseAsync(garbage.Text, cancel);
            case AgentSignal.TurnEnded turn:
                return await EndTurnAsync(turn, cancel);
            default:
                return null;
        }
    }

    private async Task BeginAsync(AgentSignal.SessionBegan session, CancellationToken cancel)
    {
        if (began)
        {
            return;
        }

        began = true;
        await runs.SetAgentSessionAsync(task.Id, session.SessionId, cancel);
        await runs.MoveAsync(task.Id, TaskState.Running, cancel);
    }

    private async Task JudgeAsync(AgentSignal.ApprovalAsked asked, CancellationToken cancel)
    {
        // Up to this line, not past it: a successor must find the question again until it is stored.
        await FlushAsync([], cancel, before: true);
        if (JsonMarshal.GetRawUtf8Value(asked.Input).Length > MaxApprovalInput)
        {
            await input.SendAsync(agent.Deny(asked.RequestId, "The input is larger than a person can be asked about (1 MiB)."), cancel);
            return;
        }

        if (!PlainInput.Holds(asked.Input))
        {
            await input.SendAsync(agent.Deny(asked.RequestId, "The input is nested too deeply or holds text that is not well-formed."), cancel);
            return;
        }

        var free = task.Approvals == ApprovalMode.Never
            || (task.Approvals == ApprovalMode.Edits && agent.IsEditInside(asked.Tool, asked.Input, SandboxPaths.Workspace));
        if (free)
        {
            await input.SendAsync(agent.Allow(asked.RequestId, asked.Input), cancel);
            return;
        }

        if (await approvals.AskAsync(task.Id, asked.RequestId, asked.Tool, asked.Input, offset, cancel) is { } remembered)
        {
            await AnswerAsync(remembered, cancel);
            return;
        }

        limits.Pause();
        await runs.MoveAsync(task.Id, TaskState.WaitingApproval, cancel);
    }

    private async Task<RunOutcome?> LookAtStoreAsync(CancellationToken cancel)
    {
        if ((await runs.FindAsync(task.Id, cancel))?.CancelRequested is not null)
        {
            return RunOutcome.Cancelled;
        }

        foreach (var decision in await approvals.UndeliveredAsync(task.Id, cancel))
        {
            await AnswerAsync(decision, cancel);
        }

        await GoOnIfNothingWaitsAsync(cancel);
        return null;
    }

    private async Task AnswerAsync(Approval decision, CancellationToken cancel)
    {
        await input.SendAsync(
            decision.State == Approval.Allowed
                ? agent.Allow(decision.RequestId, decision.InputJson())
                : agent.Deny(decision.RequestId, decision.Message ?? "A person refused this call."),
            cancel);
        await approvals.MarkDeliveredAsync(task.Id, decision.RequestId, cancel);
    }

    private async Task GoOnIfNothingWaitsAsync(CancellationToken cancel)
    {
        if (began && !await approvals.AnyPendingAsync(task.Id, cancel))
        {
            limits.Resume();
            await runs.MoveAsync(task.Id, TaskState.Running, cancel);
        }
    }

    private async Task<RunOutcome?> TakeNoiseAsync(string text, CancellationToken cancel)
    {
        noise++;
        if (noise <= ShownNoise)
        {
            await FlushAsync([TaskEvent.Log("warning", $"not of the protocol: {text}")], cancel);
        }

        return noise > MaxNoise
            ? RunOutcome.Failed("agent_output_invalid", $"The agent wrote more than {MaxNoise} lines that are not of its protocol.")
            : null;
    }

    private async Task<RunOutcome?> EndTurnAsync(AgentSignal.TurnEnded turn, CancellationToken cancel)
    {
        // The offset stays before this line until the turn is dealt with: a successor that takes over now reads it again.
        await FlushAsync([], cancel, before: true);
        await runs.AddTurnsAsync(task.Id, turn.Turns, cancel);
        if (turn.Failed)
        {
            return RunOutcome.Of(turn, gateway.LastFault);
        }

        if (await runs.TakeMessageAsync(task.Id, offset, cancel) is not { } next)
        {
            return new RunOutcome(TaskState.Succeeded, null, turn.Text);
        }

        await input.SendAsync(agent.Prompt(next), cancel);
        return null;
    }

    private async Task<RunOutcome?> GreetAsync(CancellationToken cancel)
    {
        foreach (var line in agent.Greeting)
        {
            await input.SendAsync(line, cancel);
        }

        if (await runs.TakeMessageAsync(task.Id, offset, cancel) is { } prompt)
        {
            await input.SendAsync(agent.Prompt(prompt), cancel);
        }

        return null;
    }

    /// <summary>Appends the gathered text and what follows it, and moves the offset to what that covers.</summary>
    /// <param name="before">The line that is being read is not covered yet.</param>
    /// <param name="also">Kept in the same transaction.</param>
    private async Task FlushAsync(
        IReadOnlyList<TaskEvent> events, CancellationToken cancel, bool before = false, Func<Transaction, Task>? also = null)
    {
        List<TaskEvent> all = [];
        if (pieces.Length > 0)
        {
            all.Add(TaskEvent.Piece(pieces.ToString(), pieceMessage));
            pieces.Clear();
        }

        all.AddRange(events);
        if (all.Count == 0)
        {
            return;
        }

        await log.AppendOutputAsync(task.Id, all, before ? lineStart : offset, cancel, also);
    }

    private async Task EndAgentAsync(RunOutcome outcome)
    {
        try
        {
            var polite = outcome.State == TaskState.Succeeded || outcome.State == TaskState.Cancelled;
            if (polite)
            {
                using var patience = new CancellationTokenSource(
                    outcome.State == TaskState.Succeeded ? EndPatience : InterruptPatience, time);
                await input.SendLastAsync(outcome.State == TaskState.Succeeded ? agent.EndSession : agent.Interrupt, patience.Token);
                await sandbox.WaitAsync(patience.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or IOException or SandboxException)
        {
            // It did not end by itself in time.
        }

        try
        {
            await sandbox.KillAsync();
        }
        catch (SandboxException)
        {
            // The engine is away. What the run came to stands; the sandbox is removed when the engine is back.
        }
    }

    private async Task<SandboxExit> ExitAsync()
    {
        using var patience = new CancellationTokenSource(EndPatience, time);
        try
        {
            return await sandbox.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            return new SandboxExit(-1, SandboxEnd.EngineLost);
        }
    }

    private RunOutcome OutputLimit => RunOutcome.Failed("output_limit", $"The agent wrote more than {outputLimit} bytes of output.");

    private static readonly RunOutcome Deaf = RunOutcome.Failed("agent_unresponsive", "The agent did not read its input.");

    private static string Describe(AgentSignal.Retried retry) =>
        $"The model did not answer (status {retry.Status?.ToString() ?? "none"}); attempt {retry.Attempt} of {retry.MaxAttempts}.";
}
