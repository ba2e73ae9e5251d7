using AICodeManager.Server.Work.Sandbox.Bubblewrap;
using AICodeManager.Server.Work.Sandbox.Docker;
using AICodeManager.Server.Work.Sandbox.Unconfined;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>
/// Runs commands that may be hostile, so that they reach nothing but the folders and sockets they were given: no
/// network, no capabilities, a read-only root, bounded memory, processes, processor time and disk. Knows nothing of
/// tasks, users or HTTP. Called by Tasks and Projects through <see cref="Sandboxes"/>, and by the probes.
/// </summary>
public static class SandboxRoom
{
    public static void AddSandboxes(this IServiceCollection services, SandboxOptions options, SandboxProfile profile)
    {
        services.AddSingleton(options);
        services.AddSingleton(profile);
        services.AddSingleton<SandboxGate>();
        services.AddSingleton<SandboxEngines>();
        services.AddSingleton<SandboxMetrics>();
        services.AddSingleton(s => new Sandboxes(
            s.GetRequiredService<SandboxEngines>().InOrder,
            s.GetRequiredService<SandboxGate>(),
            options.Meter,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<SandboxMetrics>()));
    }
}

/// <summary>The engines that a configuration permits, in order of preference.</summary>
public sealed class SandboxEngines(SandboxOptions options, TimeProvider time) : IDisposable
{
    /// <exception cref="FormatException">The engine's name is not one of those accepted.</exception>
    public IReadOnlyList<ISandboxEngine> InOrder { get; } = options.Engine switch
    {
        null or "" => [NewDocker(options, time), NewBubblewrap(options, time)],
        "docker" => [NewDocker(options, time)],
        "bubblewrap" => [NewBubblewrap(options, time)],
        "none" => [new UnconfinedEngine(options.StateFolder, options.Image)],
        _ => throw new FormatException($"'{options.Engine}' is not a sandbox engine; accepted are docker, bubblewrap and none."),
    };

    public void Dispose()
    {
        foreach (var engine in InOrder.OfType<IDisposable>())
            engine.Dispose();
    }

    private static DockerEngine NewDocker(SandboxOptions options, TimeProvider time) => new(
        new DockerSettings(DockerSettings.SocketOf(options.DockerHost), options.Instance, options.AppArmorProfile), options.Image, options.Seccomp, time);

    private static BubblewrapEngine NewBubblewrap(SandboxOptions options, TimeProvider time) => new(
        new BubblewrapSettings(options.Instance, options.StateFolder, options.CgroupParent), options.Image, options.Seccomp, time);
}
