using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// The attempts of each network that are being looked at on this node. Charged as failures until they are known to be
/// right, they may leave no room for others that are right, too: a class that signs in within one second. Those wait here
/// for the first to be done, instead of being refused.
/// </summary>
/// <remarks>Whoever waits has no charge and no hash; at most <see cref="MostWaiting"/> of a network do, and not for long.</remarks>
internal sealed class Turnstile
{
    private const int MostWaiting = 256;

    private readonly ConcurrentDictionary<ClientNetwork, Passage> passages = new();

    /// <summary>Goes in; out again when the answer is disposed.</summary>
    public IDisposable Enter(ClientNetwork network)
    {
        while (true)
        {
            var passage = passages.GetOrAdd(network, static _ => new Passage());
            if (passage.TryEnter())
            {
                return new Turn(this, network, passage);
            }
        }
    }

    /// <summary>Waits until one of the network's attempts is done.</summary>
    /// <returns>False at once where there is none, or too many wait already; and when the time is over.</returns>
    public async ValueTask<bool> WaitAsync(ClientNetwork network, TimeSpan patience, CancellationToken cancel)
    {
        if (patience <= TimeSpan.Zero || !passages.TryGetValue(network, out var passage) || passage.Queue() is not { } done)
        {
            return false;
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

    private sealed class Turn(Turnstile stile, ClientNetwork network, Passage passage) : IDisposable
    {
        private int gone;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref gone, 1) == 0 && passage.Leave())
            {
                stile.passages.TryRemove(new(network, passage));
            }
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
