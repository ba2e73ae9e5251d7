using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// The attempts of each network that are being looked at on this node. Charged as failures until they are known to be
/// right, they may leave no room for others that are right, too: a class that signs in within one second. Those wait here
/// for the first to be done, instead of being refused.
/// </summary>
/// <remarks>
/// Whoever waits has no charge and no hash; at most <see cref="MostWaiting"/> of a network do, and not for long. For those
/// that another node looks at, which it cannot hear of, at most <see cref="MostAsking"/> in all ask again now and then.
/// </remarks>
internal sealed class Turnstile : IDisposable
{
    private const int MostWaiting = 256, MostAsking = 64;

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim asking = new(MostAsking);

    private readonly ConcurrentDictionary<ClientNetwork, Passage> passages = new();

    /// <summary>Goes in.</summary>
    /// <param name="abandon">What is to be done where nobody ever says how it ended.</param>
    public Turn Enter(ClientNetwork network, Func<ValueTask> abandon)
    {
        while (true)
        {
            var passage = passages.GetOrAdd(network, static _ => new Passage());
            if (passage.TryEnter())
            {
                return new Turn(() => Leave(network, passage), abandon);
            }
        }
    }

    /// <summary>Waits until one of the network's attempts is done.</summary>
    /// <param name="elsewhere">Whether there are some that are not of this node.</param>
    /// <returns>False at once where there is none, or too many wait already; and when the time is over.</returns>
    public async ValueTask<bool> WaitAsync(ClientNetwork network, bool elsewhere, TimeSpan patience, CancellationToken cancel)
    {
        if (patience <= TimeSpan.Zero)
        {
            return false;
        }

        if (!passages.TryGetValue(network, out var passage) || passage.Queue() is not { } done)
        {
            return elsewhere && passage is null && await PauseAsync(cancel);
        }

        try
        {
            await done.WaitAsync(patience, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public void Dispose() => asking.Dispose();

    private void Leave(ClientNetwork network, Passage passage)
    {
        if (passage.Leave())
        {
            passages.TryRemove(new(network, passage));
        }
    }

    private async ValueTask<bool> PauseAsync(CancellationToken cancel)
    {
        if (!asking.Wait(TimeSpan.Zero, CancellationToken.None))
        {
            return false;
        }

        try
        {
            await Task.Delay(AskAgain, cancel);
            return true;
        }
        finally
        {
            asking.Release();
        }
    }

    private sealed class Passage
    {
        private readonly Lock gate = new();
        private readonly Queue<TaskCompletionSource> waiting = new();
        private int inside;
        private bool closed;

        public bool TryEnter()
        {
            lock (gate)
            {
                inside += closed ? 0 : 1;
                return !closed;
            }
        }

        /// <summary>Lets the next one try, and with the last everybody.</summary>
        /// <returns>True for the last: nobody comes in here any more.</returns>
        public bool Leave()
        {
            lock (gate)
            {
                closed = --inside == 0;
                while (waiting.TryDequeue(out var next))
                {
                    next.TrySetResult();
                    if (!closed)
                    {
                        break;
                    }
                }

                return closed;
            }
        }

        public Task? Queue()
        {
            lock (gate)
            {
                if (closed || waiting.Count >= MostWaiting)
                {
                    return null;
                }

                var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Enqueue(place);
                return place.Task;
            }
        }
    }
}

/// <summary>One attempt that is being looked at.</summary>
internal sealed class Turn(Action leave, Func<ValueTask> abandon)
{
    private int gone;

    /// <summary>It is known how it ended.</summary>
    /// <returns>False where it was left before.</returns>
    public bool TryLeave()
    {
        if (Interlocked.Exchange(ref gone, 1) != 0)
        {
            return false;
        }

        leave();
        return true;
    }

    /// <summary>Nobody said how it ended: it stays charged, and is no more looked at.</summary>
    public ValueTask AbandonAsync() => TryLeave() ? abandon() : ValueTask.CompletedTask;
}
