namespace AICodeManager.Server.Work.Sandbox;

/// <summary>
/// Ends a sandbox that writes more than its mounts allow. A quota of the file system would be stricter, but needs
/// kernel features that many hosts lack; between two looks a sandbox can write as much as the disk takes in that time.
/// </summary>
internal sealed class MeteredSandbox : ISandbox
{
    private const int WalkShare = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly ISandbox inner;
    private readonly IReadOnlyList<SandboxMount> mounts;
    private readonly MeterOptions options;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stop = new();
    private readonly Task<SandboxExit> exit;
    private int gone;

    public MeteredSandbox(ISandbox inner, IReadOnlyList<SandboxMount> mounts, MeterOptions options, TimeProvider time)
    {
        (this.inner, this.options, this.time) = (inner, options, time);
        this.mounts = [.. mounts.Where(mount => mount.Writable)];
        exit = WatchAsync();
    }

    public string Name => inner.Name;

    public Stream Input => inner.Input;

    public Stream Output => inner.Output;

    public Stream Error => inner.Error;

    public Task<SandboxExit> WaitAsync(CancellationToken cancel) => exit.WaitAsync(cancel);

    public Task KillAsync() => inner.KillAsync();

    public async Task DetachAsync()
    {
        await inner.DetachAsync();
        await StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await StopAsync();
    }

    /// <summary>Whether the disk under a mount has too little room.</summary>
    public static bool IsDiskFull(IEnumerable<SandboxMount> mounts, MeterOptions options) =>
        mounts.Any(mount => mount.Writable && FreeBytes(mount.HostPath) < options.MinFreeBytes);

    private static long FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (IOException)
        {
            // The folder is gone: nothing can be written there any more.
            return long.MaxValue;
        }
    }

    private async Task StopAsync()
    {
        if (Interlocked.Exchange(ref gone, 1) != 0)
            return;
        await stop.CancelAsync();
        await exit;
        stop.Dispose();
    }

    private async Task<SandboxExit> WatchAsync()
    {
        var ended = inner.WaitAsync(CancellationToken.None);
        SandboxEnd? verdict = null;
        try
        {
            while (!ended.IsCompleted)
            {
                var began = time.GetTimestamp();
                verdict ??= await Task.Run(LookWhileRunning, stop.Token);
                if (verdict is not null)
                    await TryKillAsync();
                // A machine that slept, or a clock that was set, must not make it look away for as long.
                var pause = TimeSpan.FromTicks(Math.Min((WalkShare * time.GetElapsedTime(began)).Ticks, LongestPause.Ticks));
                using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                await Task.WhenAny(ended, Task.Delay(pause > options.Interval ? pause : options.Interval, time, enough.Token));
                await enough.CancelAsync();
            }

            // What was written after the last look counts too.
            verdict ??= await Task.Run(LookAtFolders, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Let go of: nobody asks for a verdict any more.
        }

        var exit = await ended;
        return verdict is { } cause ? exit with { Cause = cause } : exit;
    }

    private SandboxEnd? LookWhileRunning() => IsDiskFull(mounts, options) ? SandboxEnd.HostDiskFull : LookAtFolders();

    private SandboxEnd? LookAtFolders() =>
        mounts.Any(mount => mount.Bound is { } bound && FolderMeter.Measure(mount.HostPath, bound, stop.Token).Over)
            ? SandboxEnd.FolderFull
            : null;

    private async Task TryKillAsync()
    {
        try
        {
            await inner.KillAsync();
        }
        catch (SandboxException)
        {
            // Tried again after the next pause.
        }
    }
}
