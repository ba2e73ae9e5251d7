using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>
/// The room's door: starts sandboxes on the engine of this host, once the escape probes have opened the gate, and
/// watches what they write.
/// </summary>
/// <param name="candidates">Engines in order of preference; the first that is ready is used from then on.</param>
/// <param name="metrics">Null where nobody counts.</param>
public sealed class Sandboxes(
    IReadOnlyList<ISandboxEngine> candidates, SandboxGate gate, MeterOptions meter, TimeProvider time, SandboxMetrics? metrics = null)
{
    // The quick probes take about a second after a start; whoever comes earlier waits instead of failing.
    private static readonly TimeSpan GatePatience = TimeSpan.FromSeconds(30);

    private volatile ISandboxEngine? chosen;

    /// <summary>Closed until the probes open it.</summary>
    public SandboxGate Gate => gate;

    /// <summary>The engine in use.</summary>
    /// <exception cref="SandboxException"><c>engine_unavailable</c>, saying for each engine what it lacks.</exception>
    public async Task<ISandboxEngine> EngineAsync(CancellationToken cancel)
    {
        if (chosen is { } known)
            return known;
        var reasons = new List<string>();
        foreach (var engine in candidates)
        {
            var status = await engine.PingAsync(cancel);
            if (status.Ready)
                return chosen = engine;
            reasons.Add($"{engine.Name}: {status.Detail}");
        }

        throw new SandboxException("engine_unavailable", $"No sandbox can be started here. {string.Join(" ", reasons)}");
    }

    /// <summary>Starts one sandbox whose writable mounts are watched.</summary>
    /// <param name="bypassGate">Only for the probes themselves.</param>
    /// <exception cref="SandboxException">Beside the engines' own reasons: <c>probe_failed</c>, <c>disk_full</c>.</exception>
    public async Task<ISandbox> StartAsync(SandboxSpec spec, CancellationToken cancel, bool bypassGate = false)
    {
        var span = Tracing.Source.StartActivity("sandbox start");
        var (began, outcome) = (time.GetTimestamp(), Outcomes.Ok);
        try
        {
            return await StartUnmeasuredAsync(spec, bypassGate, cancel);
        }
        catch (Exception fault)
        {
            outcome = fault is SandboxException refused ? refused.Code : Outcomes.Of(fault);
            throw;
        }
        finally
        {
            var engine = chosen?.Name ?? "none";
            metrics?.Started(engine, outcome, time.GetElapsedTime(began));
            span?.SetTag("aicli.sandbox.engine", engine).SetTag("aicli.sandbox.durable", spec.Durable);
            span.End(outcome);
        }
    }

    private async Task<ISandbox> StartUnmeasuredAsync(SandboxSpec spec, bool bypassGate, CancellationToken cancel)
    {
        if (!bypassGate)
            await gate.PassAsync(GatePatience, time, cancel);
        SpecRules.Check(spec);
        if (MeteredSandbox.IsDiskFull(spec.Mounts, meter))
            throw new SandboxException("disk_full", "No sandbox is started: the server's disk has too little room left.");
        var engine = await EngineAsync(cancel);
        return Metered(await engine.StartAsync(spec, cancel), spec.Mounts);
    }

    /// <summary>Runs a short job to its end and removes it.</summary>
    /// <param name="input">Given to the command, then end of file; null for none.</param>
    /// <param name="maxOutputBytes">What is kept of standard output; the rest is read and thrown away.</param>
    /// <param name="limit">Longest time it may run.</param>
    /// <exception cref="SandboxException">It could not be started.</exception>
    public async Task<SandboxRun> RunAsync(
        SandboxSpec spec, Stream? input, long maxOutputBytes, TimeSpan limit, CancellationToken cancel, bool bypassGate = false)
    {
        await using var sandbox = await StartAsync(spec with { Durable = false }, cancel, bypassGate);
        return await SandboxJob.RunAsync(sandbox, input, maxOutputBytes, limit, time, cancel);
    }

    /// <inheritdoc cref="ISandboxEngine.FindAsync"/>
    public async Task<IReadOnlyList<FoundSandbox>> FindAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancel) =>
        await (await EngineAsync(cancel)).FindAsync(labels, cancel);

    /// <inheritdoc cref="ISandboxEngine.AttachAsync"/>
    /// <param name="mounts">The mounts it was started with, which are watched again.</param>
    public async Task<ISandbox?> AttachAsync(string name, long outputOffset, IReadOnlyList<SandboxMount> mounts, CancellationToken cancel) =>
        await (await EngineAsync(cancel)).AttachAsync(name, outputOffset, cancel) is { } sandbox ? Metered(sandbox, mounts) : null;

    /// <inheritdoc cref="ISandboxEngine.RemoveAsync"/>
    public async Task RemoveAsync(string name, CancellationToken cancel) => await (await EngineAsync(cancel)).RemoveAsync(name, cancel);

    private ISandbox Metered(ISandbox sandbox, IReadOnlyList<SandboxMount> mounts) =>
        mounts.Any(mount => mount.Writable) ? new MeteredSandbox(sandbox, mounts, meter, time) : sandbox;
}
