using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Keeping.Health.Parts;

/// <summary>The escape probes have held.</summary>
internal sealed class ProbesPart(SandboxGate gate) : IHealthPart
{
    public string Name => "sandbox_probes";

    public bool Optional => false;

    public Task<PartHealth> AskAsync(CancellationToken cancel) => Task.FromResult(gate switch
    {
        { Reason: null } => PartHealth.Ok,
        { Settled: false } => PartHealth.Checking(gate.Reason),
        _ => PartHealth.Failed(gate.Reason!),
    });
}
