using System.Text;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>Feeds a started sandbox, reads what it says within bounds, and waits for its end.</summary>
internal static class SandboxJob
{
    private const int MaxErrorBytes = 64 * 1024;

    public static async Task<SandboxRun> RunAsync(
        ISandbox sandbox, Stream? input, long maxOutputBytes, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxOutputBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxOutputBytes, Array.MaxLength);
        using var bounded = new Deadline(limit, time, cancel);
        using var fed = CancellationTokenSource.CreateLinkedTokenSource(bounded.Token);
        var feeding = FeedAsync(sandbox.Input, input, fed.Token);
        var output = ReadAsync(sandbox.Output, (int)maxOutputBytes, cancel);
        var error = ReadAsync(sandbox.Error, MaxErrorBytes, cancel);
        var timedOut = false;
        try
        {
            await Task.WhenAll(output, error).WaitAsync(bounded.Token);
            await sandbox.WaitAsync(bounded.Token);
        }
        catch (OperationCanceledException) when (bounded.Passed && !cancel.IsCancellationRequested)
        {
            timedOut = true;
            await sandbox.KillAsync();
        }

        var exit = await sandbox.WaitAsync(cancel);
        var (kept, truncated) = await output;
        var (words, _) = await error;
        await fed.CancelAsync();
        await feeding;
        return new SandboxRun(exit, kept, truncated, Encoding.UTF8.GetString(words), timedOut);
    }

    private static async Task FeedAsync(Stream to, Stream? from, CancellationToken cancel)
    {
        try
        {
            if (from is not null)
                await from.CopyToAsync(to, cancel);
            await to.DisposeAsync();
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // A command may end without reading its input: its exit code tells.
        }
    }

    private static async Task<(byte[] Kept, bool Truncated)> ReadAsync(Stream from, int most, CancellationToken cancel)
    {
        var (buffer, truncated) = (new byte[32 * 1024], false);
        using var kept = new MemoryStream();
        for (int count; (count = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            var fits = (int)Math.Min(count, most - kept.Length);
            kept.Write(buffer, 0, fits);
            truncated |= fits < count;
        }

        return (kept.ToArray(), truncated);
    }
}
