namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>
/// Lets the sandbox prove itself: tries to break out of real ones and says what held. Called at the server's start, by
/// <c>aicli-web doctor</c> and by regular checks; whoever calls it opens or closes the <see cref="SandboxGate"/>.
/// </summary>
/// <param name="scratch">Existing folder of this host that the engine can mount from, some 10 MiB free, and whose path every user may enter.</param>
public sealed class Doctor(string scratch, TimeProvider time)
{
    /// <summary>Runs one stage; about half a second for the quick one, three for the bombs, a minute at most.</summary>
    /// <param name="progress">Told every result, in order, once the stage is over.</param>
    /// <returns>A report in every case: where no sandbox starts, nothing held.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; every sandbox is gone.</exception>
    public Task<ProbeReport> RunAsync(ISandboxEngine engine, ProbeStage stage, IProgress<ProbeResult>? progress, CancellationToken cancel) =>
        RunAsync(engine, stage, ProbeCatalog.Of(stage), progress, cancel);

    /// <summary>Runs some of a stage's probes.</summary>
    internal async Task<ProbeReport> RunAsync(
        ISandboxEngine engine, ProbeStage stage, IReadOnlyList<Probe> probes, IProgress<ProbeResult>? progress, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        IReadOnlyList<ProbeResult> results;
        try
        {
            results = stage == ProbeStage.Quick
                ? await new QuickProbes(engine, scratch, time).RunAsync(probes, cancel)
                : await new BombProbes(engine, scratch, time).RunAsync(probes, cancel);
        }
        catch (Exception fault) when (fault is SandboxException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            results = ProbeAnswers.None(probes, $"the probes could not run: {fault.Message}");
        }

        foreach (var result in results)
            progress?.Report(result);
        return new ProbeReport(engine.Name, stage, results, time.GetElapsedTime(began));
    }
}
