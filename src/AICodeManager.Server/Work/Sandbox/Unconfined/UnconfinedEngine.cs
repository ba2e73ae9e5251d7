using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace AICodeManager.Server.Work.Sandbox.Unconfined;

/// <summary>
/// No sandbox at all: the command is a plain child process with the server's own rights, and no limit holds. Only for
/// <c>AICLI_SANDBOX=none</c>, asked for by name; whoever shows a task must show this engine's name with it.
/// </summary>
/// <param name="scratch">Folder in which each command gets a home folder, removed with it.</param>
/// <param name="image">Where programs come from that this host does not have, such as the agent CLI; null for nowhere.</param>
public sealed class UnconfinedEngine(string scratch, SandboxImage? image = null) : ISandboxEngine
{
    private readonly ConcurrentDictionary<string, (UnconfinedSandbox Sandbox, IReadOnlyDictionary<string, string> Labels)> running = new();

    public string Name => "none";

    public bool Durable => false;

    public Task<EngineStatus> PingAsync(CancellationToken cancel) =>
        Task.FromResult(new EngineStatus(true, "NO SANDBOX: commands run with the server's own rights, because AICLI_SANDBOX=none."));

    public Task<ISandbox> StartAsync(SandboxSpec spec, CancellationToken cancel)
    {
        SpecRules.Check(spec);
        cancel.ThrowIfCancellationRequested();
        var home = Path.Combine(Path.GetFullPath(scratch), spec.Name);
        Directory.CreateDirectory(home);
        var places = new HostPlaces([.. spec.Mounts, new SandboxMount(home, "/home/agent", Writable: true)]);
        var info = new ProcessStartInfo(Program(places.OnHost(spec.Command[0])), spec.Command.Skip(1).Select(places.OnHost))
        {
            WorkingDirectory = places.OnHost(spec.WorkingFolder),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
            info.Environment[name] = places.OnHost(value);
        try
        {
            var sandbox = new UnconfinedSandbox(spec.Name, Process.Start(info)!, () => Forget(spec.Name, home));
            running[spec.Name] = (sandbox, spec.Labels);
            return Task.FromResult<ISandbox>(sandbox);
        }
        catch (Win32Exception fault)
        {
            Forget(spec.Name, home);
            throw new SandboxException("start_failed", $"The command cannot be started: {HostText.Clean(fault.Message)}", fault);
        }
    }

    private string Program(string path) =>
        !File.Exists(path) && image?.RootFolder is { } root && File.Exists(root + path) ? root + path : path;

    public Task<IReadOnlyList<FoundSandbox>> FindAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<FoundSandbox>>([.. running
            .Where(found => labels.All(label => found.Value.Labels.TryGetValue(label.Key, out var value) && value == label.Value))
            .Select(found => new FoundSandbox(found.Key, found.Value.Sandbox.IsRunning, found.Value.Labels))]);

    /// <summary>Always null: nothing outlives the process that started it.</summary>
    public Task<ISandbox?> AttachAsync(string name, long outputOffset, CancellationToken cancel) => Task.FromResult<ISandbox?>(null);

    public async Task RemoveAsync(string name, CancellationToken cancel)
    {
        if (running.TryGetValue(name, out var found))
            await found.Sandbox.DisposeAsync();
    }

    private void Forget(string name, string home)
    {
        running.TryRemove(name, out _);
        try
        {
            Directory.Delete(home, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A process that left the tree may still write there; it is only scratch.
        }
    }
}
