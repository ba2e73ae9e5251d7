using System.Threading.Channels;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>What a run reacts to, one at a time.</summary>
internal abstract record RunStep
{
    public sealed record Line(OutputLine Output) : RunStep;

    /// <summary>The sandbox's output is at its end.</summary>
    public sealed record OutputEnded : RunStep;

    /// <summary>More was written to standard error than a task may write.</summary>
    public sealed record ErrorFlood : RunStep;

    /// <summary>Something in the store concerns this run: a decision, a message, a cancellation.</summary>
    public sealed record Nudge : RunStep;

    /// <summary>A clock ran out.</summary>
    public sealed record Expired(string Limit) : RunStep;
}

/// <summary>
/// The single queue of a run. Lines are admitted only as fast as they are worked off, so that a flood stays in the
/// sandbox; everything else is admitted at once, so that a flood cannot delay a cancellation.
/// </summary>
internal sealed class RunInbox : IDisposable
{
    private readonly Channel<RunStep> lines = Channel.CreateBounded<RunStep>(4);
    private readonly Channel<RunStep> urgent = Channel.CreateUnbounded<RunStep>();
    private readonly CancellationTokenSource ending = new();

    public void Post(RunStep step) => urgent.Writer.TryWrite(step);

    /// <summary>Posts a step that ends the run, and breaks off what the run waits for from its agent.</summary>
    public void PostEnd(RunStep step)
    {
        Post(step);
        ending.Cancel();
    }

    /// <summary>Cancelled once a step that ends the run stands in line.</summary>
    public CancellationToken Ending => ending.Token;

    public ValueTask PostLineAsync(RunStep line, CancellationToken cancel) => lines.Writer.WriteAsync(line, cancel);

    /// <summary>Nothing stands in line right now: what was gathered may be shown.</summary>
    public bool Idle => lines.Reader.Count == 0;

    public async ValueTask<RunStep> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (urgent.Reader.TryRead(out var step) || lines.Reader.TryRead(out step))
            {
                return step;
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(
                urgent.Reader.WaitToReadAsync(either.Token).AsTask(), lines.Reader.WaitToReadAsync(either.Token).AsTask());
            await either.CancelAsync();
            cancel.ThrowIfCancellationRequested();
        }
    }

    public void Dispose()
    {
        urgent.Writer.TryComplete();
        lines.Writer.TryComplete();
    }
}
