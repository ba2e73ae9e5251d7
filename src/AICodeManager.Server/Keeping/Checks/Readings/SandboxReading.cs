using System.Text.Json;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Probes;

namespace AICodeManager.Server.Keeping.Checks.Readings;

/// <summary>What the sandbox of this host is and whether it holds.</summary>
/// <param name="Engine">Its name; null where none is ready.</param>
/// <param name="Detail">Version, or what is missing.</param>
/// <param name="Broken">The first protection that does not hold; null where all do or nothing was tried.</param>
/// <param name="Probed">Whether escape probes have spoken.</param>
/// <param name="AgentVersion">Version of the agent CLI in the workspace image; null where there is no image.</param>
public sealed record SandboxReading(string? Engine, string Detail, bool Probed, string? Broken, string? AgentVersion)
{
    /// <summary>
    /// Takes the word of the probes that ran at the server's start. In a process where none have run, which no server is,
    /// the quick ones run now.
    /// </summary>
    public static async Task<SandboxReading> ReadAsync(Sandboxes sandboxes, TimeProvider time, CancellationToken cancel)
    {
        var agent = AgentVersionOf(Environment.GetEnvironmentVariable(SandboxSetup.ImagesVariable) ?? Path.GetFullPath("artifacts/workspace"));
        ISandboxEngine engine;
        EngineStatus status;
        try
        {
            engine = await sandboxes.EngineAsync(cancel);
            status = await engine.PingAsync(cancel);
        }
        catch (SandboxException away)
        {
            return new(null, away.Message, false, null, agent);
        }

        if (!status.Ready)
            return new(null, $"{engine.Name}: {status.Detail}", false, null, agent);
        if (engine.Name == "none")
            return new(engine.Name, status.Detail, false, null, agent);
        if (sandboxes.Gate.Settled)
            return new(engine.Name, status.Detail, true, sandboxes.Gate.Reason, agent);
        using var scratch = new ProbeScratch();
        var report = await new Doctor(scratch.Folder, time).RunAsync(engine, ProbeStage.Quick, null, cancel);
        return new(engine.Name, status.Detail, true, report.AllHeld ? null : report.Summary, agent);
    }

    private static string? AgentVersionOf(string images)
    {
        var current = Path.Combine(images, "current");
        return File.Exists(current) && JsonElement.Parse(File.ReadAllText(current)).TryGetProperty("claude", out var version) ? version.GetString() : null;
    }
}
