namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>
/// At every start: tries to break out of this host's sandbox and opens the gate when nothing got through. The quick
/// probes decide first; the bombs (memory, processes, disk) follow at once and may close the gate again. While no engine
/// answers, it asks again: nothing fails open, and nothing needs a restart.
/// </summary>
public sealed partial class SandboxProver(
    Sandboxes sandboxes, SandboxGate gate, TimeProvider time, ILogger<SandboxProver> log) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5), CleaningLimit = TimeSpan.FromSeconds(5);

    /// <summary>Removes what a killed server left of short jobs, before this one starts any of its own.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var limit = new Deadline(CleaningLimit, time, cancellationToken);
            foreach (var found in await sandboxes.FindAsync(new Dictionary<string, string>(), limit.Token))
            {
                if (!found.Labels.ContainsKey(SandboxSpec.TaskLabel))
                {
                    await sandboxes.RemoveAsync(found.Name, limit.Token);
                }
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNoEngine(log, e.Message);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await TryProveAsync(stoppingToken))
            {
                await Task.Delay(Retry, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops: the gate stays as it is.
        }
    }

    private async Task<bool> TryProveAsync(CancellationToken cancel)
    {
        try
        {
            return await ProveAsync(cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // Probes that could not be finished have shown nothing, and must not end the server.
            LogUnfinished(log, fault);
            if (gate.Settled)
            {
                gate.Close("the escape probes could not be finished");
            }

            return false;
        }
    }

    private async Task<bool> ProveAsync(CancellationToken cancel)
    {
        ISandboxEngine engine;
        try
        {
            engine = await sandboxes.EngineAsync(cancel);
        }
        catch (SandboxException away)
        {
            LogNoEngine(log, away.Message);
            return false;
        }

        if (engine.Name == "none")
        {
            LogUnconfined(log);
            gate.Open();
            return true;
        }

        using var scratch = new ProbeScratch();
        var doctor = new Doctor(scratch.Folder, time);
        foreach (var stage in new[] { ProbeStage.Quick, ProbeStage.Bombs })
        {
            var report = await doctor.RunAsync(engine, stage, null, cancel);
            if (!report.AllHeld)
            {
                LogBroken(log, report.Summary);
                gate.Close(report.Summary);
                return true;
            }

            LogHeld(log, report.Summary, stage, report.Took.TotalSeconds);
            gate.Open();
        }

        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Tasks wait: {why}")]
    private static partial void LogNoEngine(ILogger logger, string why);

    [LoggerMessage(LogLevel.Critical, "Tasks are NOT sandboxed: AICLI_SANDBOX=none was asked for by name")]
    private static partial void LogUnconfined(ILogger logger);

    [LoggerMessage(LogLevel.Critical, "No task is started: {summary}")]
    private static partial void LogBroken(ILogger logger, string summary);

    [LoggerMessage(LogLevel.Error, "The escape probes could not be finished; trying again")]
    private static partial void LogUnfinished(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Information, "{summary} ({stage}, {seconds:0.0} s)")]
    private static partial void LogHeld(ILogger logger, string summary, ProbeStage stage, double seconds);
}
