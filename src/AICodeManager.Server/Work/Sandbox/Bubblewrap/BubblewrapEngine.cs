using System.Collections.Concurrent;
using System.Text;

namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>Sandboxes without an engine, by bubblewrap and control groups; they end with this process.</summary>
/// <remarks>
/// As root the command runs as the profile's user on the host too; otherwise as the server's own user, and the control
/// groups must have been delegated to it.
/// </remarks>
public sealed class BubblewrapEngine(BubblewrapSettings settings, SandboxImage image, SeccompProfile seccomp, TimeProvider time)
    : ISandboxEngine, IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly string[] Tools = ["bwrap", "unshare", "setpriv", "prlimit", "mount"];

    private readonly Launcher launcher = new();
    private readonly Leftovers leftovers = new(settings.StateFolder);
    private readonly Lazy<SeccompFilter> filter = new(() => SeccompFilter.Compile(seccomp), LazyThreadSafetyMode.PublicationOnly);
    private readonly ConcurrentDictionary<string, BubblewrapSandbox> running = new();

    public string Name => "bubblewrap";

    public bool Durable => false;

    public async Task<EngineStatus> PingAsync(CancellationToken cancel)
    {
        try
        {
            if (Tools.Where(tool => LaunchPlan.Look(tool) is null).ToList() is { Count: > 0 } missing)
                return new EngineStatus(false, $"Missing programs: {string.Join(", ", missing)}. Install bubblewrap and util-linux.");
            _ = Root();
            var group = Group($"ping-{Guid.NewGuid():N}");
            await group.CreateAsync(new SandboxProfile());
            await group.RemoveAsync();
            var unknown = filter.Value.Unknown;
            return new EngineStatus(true, unknown.Count == 0
                ? "bubblewrap"
                : $"bubblewrap; this libseccomp does not know, and so forbids: {string.Join(", ", unknown)}");
        }
        catch (SandboxException fault)
        {
            return new EngineStatus(false, fault.Message);
        }
    }

    public async Task<ISandbox> StartAsync(SandboxSpec spec, CancellationToken cancel)
    {
        SpecRules.Check(spec);
        cancel.ThrowIfCancellationRequested();
        var group = Group(spec.Name);
        var plan = LaunchPlan.Of(spec, Root(), group, filter.Value.Program);
        leftovers.Add(spec);
        BubblewrapSandbox? sandbox = null;
        try
        {
            await group.CreateAsync(spec.Profile);
            var process = await launcher.StartAsync(plan.Info);
            sandbox = new BubblewrapSandbox(spec.Name, process, group, time, () => Forget(spec.Name));
            running[spec.Name] = sandbox;
            await EnterAsync(sandbox, plan.Head, cancel);
            return sandbox;
        }
        catch
        {
            if (sandbox is not null)
            {
                await sandbox.DisposeAsync();
            }
            else
            {
                await group.RemoveAsync();
                Forget(spec.Name);
            }

            throw;
        }
    }

    public Task<IReadOnlyList<FoundSandbox>> FindAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<FoundSandbox>>([.. leftovers.All()
            .Where(found => labels.All(label => found.Labels.TryGetValue(label.Key, out var value) && value == label.Value))
            .Select(found => new FoundSandbox(found.Name, Group(found.Name).Busy, found.Labels))]);

    /// <summary>Always null: sandboxes of this engine end with the process that started them.</summary>
    public Task<ISandbox?> AttachAsync(string name, long outputOffset, CancellationToken cancel) => Task.FromResult<ISandbox?>(null);

    public async Task RemoveAsync(string name, CancellationToken cancel)
    {
        if (!SpecRules.IsName(name))
            return;
        if (running.TryGetValue(name, out var sandbox))
        {
            await sandbox.DisposeAsync();
            return;
        }

        await Group(name).RemoveAsync();
        leftovers.Remove(name);
    }

    /// <summary>Ends every sandbox that still runs.</summary>
    public void Dispose() => launcher.Dispose();

    /// <summary>Hands over options and filter, then waits for the sign that the command's own process runs inside.</summary>
    private async Task EnterAsync(BubblewrapSandbox sandbox, byte[] head, CancellationToken cancel)
    {
        using var bounded = new Deadline(StartLimit, time, cancel);
        var sign = new byte[1];
        try
        {
            await sandbox.Input.WriteAsync(head, bounded.Token);
            await sandbox.Input.FlushAsync(bounded.Token);
        }
        catch (IOException)
        {
            // It ended before it took everything: its own words, read below, say why.
        }
        catch (OperationCanceledException) when (bounded.Passed)
        {
            throw new SandboxException("start_failed", "The sandbox did not start within 20 s.");
        }

        try
        {
            if (await sandbox.Output.ReadAsync(sign, bounded.Token) == 1)
                return;
            var words = await ReadSomeAsync(sandbox.Error, bounded.Token);
            throw Failed((await sandbox.WaitAsync(bounded.Token)).ExitCode, words);
        }
        catch (OperationCanceledException) when (bounded.Passed)
        {
            throw new SandboxException("start_failed", "The sandbox did not start within 20 s.");
        }
    }

    private static SandboxException Failed(int code, string words) => code switch
    {
        _ when words.Contains("No space left on device", StringComparison.Ordinal) => new("disk_full", "The sandbox cannot be started: no space is left."),
        LaunchScript.LimitFailed => new("limit_unavailable", $"A limit of the sandbox cannot be put in force: {HostText.Clean(words)}"),
        _ => new("start_failed", $"bubblewrap could not start the sandbox ({code}): {HostText.Clean(words)}"),
    };

    private static async Task<string> ReadSomeAsync(Stream stream, CancellationToken cancel)
    {
        var buffer = new byte[4096];
        var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    private void Forget(string name)
    {
        running.TryRemove(name, out _);
        leftovers.Remove(name);
    }

    private ControlGroup Group(string name) => new(
        CgroupLayout.Find(File.ReadAllText("/proc/self/mountinfo"), File.ReadAllText("/proc/self/cgroup"), settings.CgroupParent, Environment.IsPrivilegedProcess),
        settings.Instance, name, time);

    private string Root() => image.RootFolder is { } root && File.Exists(Path.Combine(root, "bin/sh"))
        ? root
        : throw new SandboxException("image_missing", "The workspace image's root folder is missing. Build it with deploy/workspace/build.");
}
