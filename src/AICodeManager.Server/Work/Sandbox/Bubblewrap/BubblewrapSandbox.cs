using System.Diagnostics;

namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>A started bwrap with everything below it in one process namespace and one set of control groups.</summary>
internal sealed class BubblewrapSandbox : ISandbox
{
    private readonly Process process;
    private readonly ControlGroup group;
    private readonly TimeProvider time;
    private readonly Action removed;
    private readonly Task<SandboxExit> exit;
    private int killed;
    private int gone;

    /// <param name="removed">Called once, when nothing of it is left.</param>
    public BubblewrapSandbox(string name, Process process, ControlGroup group, TimeProvider time, Action removed)
    {
        (Name, this.process, this.group, this.time, this.removed) = (name, process, group, time, removed);
        exit = WatchAsync();
    }

    public string Name { get; }

    public Stream Input => process.StandardInput.BaseStream;

    public Stream Output => process.StandardOutput.BaseStream;

    public Stream Error => process.StandardError.BaseStream;

    public Task<SandboxExit> WaitAsync(CancellationToken cancel) => exit.WaitAsync(cancel);

    public async Task KillAsync()
    {
        if (exit.IsCompleted)
            return;
        Interlocked.Exchange(ref killed, 1);
        await group.KillAsync();
        try
        {
            await exit.WaitAsync(TimeSpan.FromSeconds(2), time);
        }
        catch (TimeoutException fault)
        {
            throw new SandboxException("engine_unavailable", "The kernel did not end the sandbox within 2 s.", fault);
        }
    }

    public async Task DetachAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref gone, 1) != 0)
            return;
        Interlocked.Exchange(ref killed, 1);
        await group.KillAsync();
        await exit;
        await group.RemoveAsync();
        removed();
        process.Dispose();
    }

    private async Task<SandboxExit> WatchAsync()
    {
        await process.WaitForExitAsync();
        var code = process.ExitCode;
        return new SandboxExit(code, code switch
        {
            137 when group.MemoryKills() > 0 => SandboxEnd.OutOfMemory,
            137 when Volatile.Read(ref killed) != 0 => SandboxEnd.Killed,
            _ => SandboxEnd.Exited,
        });
    }
}
