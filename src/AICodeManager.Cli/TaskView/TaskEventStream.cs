using System.Globalization;
using System.Runtime.CompilerServices;
using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.TaskView;

/// <summary>A task's events to the end, over as many connections as it takes: a broken stream goes on after the last event seen.</summary>
internal sealed class TaskEventStream(
    TaskApi tasks, string task, Patience patience, TimeProvider clock, Action<string> notice)
{
    private HttpResponseMessage? response;
    private SseReader? reader;
    private long openedAt;
    private int reconnects;

    private enum Step
    {
        Event,
        Ended,
        Silent,
        Broken,
    }

    /// <summary>The last event seen: where another stream would go on.</summary>
    public string? LastId { get; private set; }

    /// <summary>The task's state as far as the events told it.</summary>
    public string? State { get; private set; }

    /// <param name="after">Only events after this id; null: all.</param>
    /// <exception cref="CliFailure">The server refuses, or cannot be reached for longer than the reconnects last.</exception>
    public async IAsyncEnumerable<TaskEvent> ReadAsync(string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LastId = after;
        try
        {
            while (true)
            {
                var (step, wire, fault) = await NextAsync(cancellationToken);
                switch (step)
                {
                    case Step.Event when !IsKnown(wire!.Id):
                        reconnects = 0;
                        LastId = wire.Id ?? LastId;
                        var read = TaskEvent.Of(wire);
                        State = read.State ?? State;
                        if (reader is not null)
                            reader.Silence = AgentTask.IsFinal(State) ? patience.AfterTheEnd : patience.SilentStream;
                        yield return read;
                        break;
                    case Step.Ended or Step.Silent or Step.Broken when AgentTask.IsFinal(State):
                        yield break;
                    case Step.Ended when await IsOverAsync(cancellationToken):
                        yield break;
                    case Step.Ended or Step.Broken:
                        await PauseAsync(fault ?? "the server ended it early", cancellationToken);
                        break;
                }
            }
        }
        finally
        {
            await CloseAsync();
        }
    }

    private async Task<(Step Step, ServerEvent? Event, string? Fault)> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            reader ??= await OpenAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken) is { } wire)
                return (Step.Event, wire, null);
            await CloseAsync();
            return (Step.Ended, null, null);
        }
        catch (TimeoutException)
        {
            await CloseAsync();
            return (Step.Silent, null, null);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException && fault is not InvalidDataException)
        {
            await CloseAsync();
            return (Step.Broken, null, fault.Message);
        }
        catch (CliFailure failure) when (tasks.HasAnswered && (failure.Exit is ExitCode.Unreachable || failure.Problem is { IsPassing: true }))
        {
            await CloseAsync();
            return (Step.Broken, null, failure.Message);
        }
    }

    private async Task<SseReader> OpenAsync(CancellationToken cancellationToken)
    {
        response = await tasks.OpenEventsAsync(task, LastId, cancellationToken);
        openedAt = clock.GetTimestamp();
        return new SseReader(await response.Content.ReadAsStreamAsync(cancellationToken), patience.SilentStream);
    }

    private async Task CloseAsync()
    {
        if (reader is not null)
            await reader.DisposeAsync();
        response?.Dispose();
        (reader, response) = (null, null);
    }

    /// <summary>An event of a stream that began too early has been shown already.</summary>
    private bool IsKnown(string? id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(LastId, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
        && number <= last;

    /// <summary>A stream that ends without a final state: its events may all have been seen before.</summary>
    private async Task<bool> IsOverAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = (await tasks.GetAsync(task, cancellationToken)).Value.State;
            if (AgentTask.IsFinal(now))
                State = now;
            return AgentTask.IsFinal(now);
        }
        catch (CliFailure failure) when (failure.Exit is ExitCode.Unreachable || failure.Problem is { IsPassing: true })
        {
            return false;
        }
    }

    private async Task PauseAsync(string fault, CancellationToken cancellationToken)
    {
        if (openedAt != 0 && clock.GetElapsedTime(openedAt) > patience.GoodConnection)
            reconnects = 0;
        openedAt = 0;
        if (reconnects++ >= patience.Reconnects)
            throw new CliFailure(
                ExitCode.Unreachable,
                $"The event stream of task {task} broke {reconnects} times in a row ({fault}). The task itself goes on; "
                + $"follow it again: aicli task follow {task}{(LastId is null ? "" : $" --after {LastId}")}");
        var wait = patience.FirstReconnect * Math.Pow(2, reconnects - 1);
        if (wait > patience.LongestReconnect)
            wait = patience.LongestReconnect;
        notice($"The event stream broke ({fault}); reconnecting, {reconnects} of {patience.Reconnects} …");
        await Task.Delay(wait, clock, cancellationToken);
    }
}
