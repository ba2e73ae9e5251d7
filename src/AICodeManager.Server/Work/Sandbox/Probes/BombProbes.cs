namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>The stage that uses limits up, each kind in a sandbox of its own, at the same time.</summary>
internal sealed class BombProbes(ISandboxEngine engine, string scratch, TimeProvider time)
{
    private const int MaxOutput = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly MeterOptions Meter = new() { Interval = TimeSpan.FromMilliseconds(100) };

    public async Task<IReadOnlyList<ProbeResult>> RunAsync(IReadOnlyList<Probe> probes, CancellationToken cancel)
    {
        using var folder = new ProbeFolder(scratch);
        var groups = probes.GroupBy(probe => EndsSandbox(probe) ? probe.Name : "");
        var results = await Task.WhenAll(groups.Select(group => RunGroupAsync(folder.WorkingCopy("w" + group.Key), [.. group], cancel)));
        return [.. probes.Select(probe => results.SelectMany(found => found).First(result => result.Probe == probe))];
    }

    // Where these limits hold the sandbox is ended, so nothing else can be asked of it.
    private static bool EndsSandbox(Probe probe) => Expected(probe) is not null;

    private static SandboxEnd? Expected(Probe probe) => probe.Name switch
    {
        "memory-bomb" => SandboxEnd.OutOfMemory,
        "folder-bytes" or "folder-files" => SandboxEnd.FolderFull,
        _ => null,
    };

    private async Task<IReadOnlyList<ProbeResult>> RunGroupAsync(string workingCopy, IReadOnlyList<Probe> probes, CancellationToken cancel)
    {
        try
        {
            var configuration = ProbeSpecs.Configuration(probes, ProbeSpecs.Profile).ToJsonString();
            var spec = ProbeSpecs.Of(ProbeSpecs.Profile, workingCopy, ProbeScript.Command(configuration));
            await using var sandbox = new MeteredSandbox(await engine.StartAsync(spec, cancel), spec.Mounts, Meter, time);
            var run = await SandboxJob.RunAsync(sandbox, ProbeScript.Of(ProbeStage.Bombs), MaxOutput, Limit, time, cancel);
            return [.. ProbeAnswers.Read(probes, run).Select(result => Judge(result, run))];
        }
        catch (SandboxException fault)
        {
            return ProbeAnswers.None(probes, $"the sandbox did not start: {fault.Message}");
        }
    }

    private static ProbeResult Judge(ProbeResult result, SandboxRun run) => Expected(result.Probe) switch
    {
        null => result,
        // The script answers only when nothing stopped it.
        { } expected when run.Output.Length == 0 && run.Exit.Cause == expected => result with { Held = true, Detail = "" },
        _ => result,
    };
}
