using System.Diagnostics;

namespace AICodeManager.Server.Work.Sandbox.Unconfined;

/// <summary>A plain child process behind the door of a sandbox.</summary>
internal sealed class UnconfinedSandbox : ISandbox
{
    private readonly Process process;
    private readonly Action removed;
    private readonly Task<SandboxExit> exit;
    private int killed;
    private int gone;

    public UnconfinedSandbox(string name, Process process, Action removed)
    {
        (Name, this.process, this.removed) = (name, process, removed);
        exit = WatchAsync();
    }

    public string Name { get; }

    public bool IsRunning => !exit.IsCompleted;

    public Stream Input => process.StandardInput.BaseStream;

    public Stream Output => process.StandardOutput.BaseStream;

    public Stream Error => process.StandardError.BaseStream;

    public Task<SandboxExit> WaitAsync(CancellationToken cancel) => exit.WaitAsync(cancel);

    public async Task KillAsync()
    {
        if (exit.IsCompleted)
            return;
        Interlocked.Exchange(ref killed, 1);
        process.Kill(entireProcessTree: true);
        await exit.WaitAsync(TimeSpan.FromSeconds(2));
    }

    public async Task DetachAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref gone, 1) != 0)
            return;
        await KillAsync();
        removed();
        process.Dispose();
    }

    private async Task<SandboxExit> WatchAsync()
    {
        await process.WaitForExitAsync();
        return new SandboxExit(process.ExitCode, Volatile.Read(ref killed) != 0 && process.ExitCode == 137 ? SandboxEnd.Killed : SandboxEnd.Exited);
    }
}
