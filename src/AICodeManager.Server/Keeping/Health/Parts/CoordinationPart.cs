using AICodeManager.Server.Ground.Coordination;

namespace AICodeManager.Server.Keeping.Health.Parts;

/// <summary>The store of sessions and revocations answers.</summary>
internal sealed class CoordinationPart(ICoordination coordination) : IHealthPart
{
    public string Name => "coordination";

    public bool Optional => false;

    public async Task<PartHealth> AskAsync(CancellationToken cancel) =>
        await coordination.PingAsync(cancel) ? PartHealth.Ok : PartHealth.Failed("no answer");
}
