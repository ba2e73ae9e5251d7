using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>
/// The quick stage: one sandbox that tries everything, beside a second one that it must not find, with canaries on the host.
/// </summary>
internal sealed class QuickProbes(ISandboxEngine engine, string scratch, TimeProvider time)
{
    private const int MaxOutput = 256 * 1024;
    private const int MostPlanted = 64;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyList<ProbeResult>> RunAsync(IReadOnlyList<Probe> probes, CancellationToken cancel)
    {
        using var folder = new ProbeFolder(scratch);
        await using var canaries = new Canaries(folder.Path);
        var (workingCopy, besides) = (folder.WorkingCopy("probe"), folder.WorkingCopy("neighbour"));
        var mark = new string([.. canaries.Token.Reverse()]);
        var port = HostFacts.FreePort();
        var configuration = Configuration(probes, canaries, port);
        var sandboxes = await StartAsync(cancel,
            ProbeSpecs.Of(ProbeSpecs.QuickProfile, workingCopy, ProbeScript.Command(configuration.ToJsonString())),
            ProbeSpecs.Of(ProbeSpecs.QuickProfile, besides, ProbeScript.Neighbour(mark, port)));
        await using var sandbox = sandboxes[0];
        await using var neighbour = sandboxes[1];

        var beside = await IsUpAsync(neighbour, cancel);
        var run = await SandboxJob.RunAsync(sandbox, ProbeScript.Of(ProbeStage.Quick), MaxOutput, Limit, time, cancel);
        await EndAsync(neighbour, cancel);
        return [.. ProbeAnswers.Read(probes, run).Select(result => Judge(result, beside, canaries, workingCopy, cancel))];
    }

    private JsonObject Configuration(IReadOnlyList<Probe> probes, Canaries canaries, int neighbourPort)
    {
        var configuration = ProbeSpecs.Configuration(probes, ProbeSpecs.QuickProfile);
        configuration["token"] = canaries.Token;
        configuration["file"] = canaries.File;
        configuration["abstract"] = canaries.Abstract;
        configuration["ports"] = new JsonArray([.. canaries.Ports.Select(port => (JsonNode)port)]);
        configuration["environment"] = new JsonArray("PATH");
        configuration["addresses"] = HostFacts.Addresses();
        configuration["resolvers"] = HostFacts.Resolvers();
        configuration["namespaces"] = HostFacts.OwnNamespaces(withUser: engine.Name != "docker");
        configuration["server"] = Environment.ProcessId;
        configuration["neighbour"] = new JsonObject { ["mark"] = canaries.Token, ["port"] = neighbourPort };
        return configuration;
    }

    private async Task<ISandbox[]> StartAsync(CancellationToken cancel, params SandboxSpec[] specs)
    {
        var starts = specs.Select(spec => engine.StartAsync(spec, cancel)).ToList();
        try
        {
            return await Task.WhenAll(starts);
        }
        catch
        {
            foreach (var start in starts.Where(start => start.IsCompletedSuccessfully))
                await (await start).DisposeAsync();
            throw;
        }
    }

    private async Task<bool> IsUpAsync(ISandbox neighbour, CancellationToken cancel)
    {
        using var bounded = new Deadline(Limit, time, cancel);
        var sign = new byte[3];
        try
        {
            return await neighbour.Output.ReadAtLeastAsync(sign, sign.Length, throwOnEndOfStream: false, bounded.Token) == sign.Length
                && sign.AsSpan().SequenceEqual("up\n"u8);
        }
        catch (OperationCanceledException) when (bounded.Passed && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Lets it take its own files away; disposing it would do for a real sandbox.</summary>
    private async Task EndAsync(ISandbox neighbour, CancellationToken cancel)
    {
        using var bounded = new Deadline(TimeSpan.FromSeconds(2), time, cancel);
        try
        {
            await neighbour.Input.DisposeAsync();
            await neighbour.WaitAsync(bounded.Token);
        }
        catch (Exception fault) when (fault is IOException || (fault is OperationCanceledException && bounded.Passed && !cancel.IsCancellationRequested))
        {
            // Disposing it ends it.
        }
    }

    /// <summary>Adds what only the host can see.</summary>
    private static ProbeResult Judge(ProbeResult result, bool beside, Canaries canaries, string workingCopy, CancellationToken cancel) =>
        result.Probe.Name switch
        {
            _ when !result.Held => result,
            "host-services" or "host-abstract-socket" when canaries.Touched => Broken(result, "a listener of the host was reached"),
            "neighbour-processes" or "neighbour-network" or "neighbour-files" when !beside => Broken(result, "the second sandbox did not come up"),
            "planted-entries" when FolderMeter.Measure(workingCopy, new FolderBound(1 << 20, MostPlanted), cancel) is { Over: true } or { Files: < 5 } =>
                Broken(result, "measuring the working copy led out of it"),
            _ => result,
        };

    private static ProbeResult Broken(ProbeResult result, string detail) => result with { Held = false, Detail = detail };
}
