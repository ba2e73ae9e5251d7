using System.Collections.Concurrent;
using System.Diagnostics;

namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>
/// One thread that starts every sandbox and lives as long as the engine. The kernel's parent-death signal, on which
/// sandboxes rely for ending with this process, fires when the <em>thread</em> that forked them ends (prctl(2)); a
/// thread of the pool may end at any time.
/// </summary>
internal sealed class Launcher : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Info, TaskCompletionSource<Process> Started)> requests = [];

    public Launcher()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "sandbox launcher" };
        thread.Start();
    }

    public Task<Process> StartAsync(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        requests.Add((info, started));
        return started.Task;
    }

    /// <summary>Ends the thread, and with it every sandbox that still runs.</summary>
    public void Dispose() => requests.CompleteAdding();

    private void Run()
    {
        foreach (var (info, started) in requests.GetConsumingEnumerable())
        {
            try
            {
                Descriptors.KeepToOurselves();
                started.SetResult(Process.Start(info)!);
            }
            catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or IOException)
            {
                started.SetException(new SandboxException("start_failed", "The sandbox's first process could not be started.", fault));
            }
        }

        requests.Dispose();
    }
}
