namespace AICodeManager.Server.FrontDoor.Accounts.Providers.OpenId;

/// <summary>Something fetched from a provider and kept for a while; whoever asks meanwhile waits for the same fetch.</summary>
/// <param name="fetch">Bounded in time by itself: it serves many callers, none of whom may cancel it.</param>
internal sealed class Remembered<T>(Func<Task<T>> fetch, TimeSpan lifetime, TimeProvider time)
    where T : class
{
    private readonly Lock gate = new();
    private Task<T>? current;
    private DateTimeOffset fetchedAt;

    public Task<T> GetAsync(CancellationToken cancel) => GetAsync(lifetime, cancel);

    /// <summary>Not older than <paramref name="age"/>; a failure is not remembered.</summary>
    public Task<T> GetAsync(TimeSpan age, CancellationToken cancel)
    {
        Task<T> answer;
        lock (gate)
        {
            if (current is null || current.IsFaulted || (current.IsCompleted && time.GetUtcNow() - fetchedAt >= age))
            {
                fetchedAt = time.GetUtcNow();
                current = Task.Run(fetch);
            }

            answer = current;
        }

        return answer.WaitAsync(cancel);
    }
}
