using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Keeping.Health.Parts;

/// <summary>Events can be written as fast as they come: the queue of those that nobody waits for has room.</summary>
internal sealed class AuditPart(RefusalAudit queue) : IHealthPart
{
    public string Name => "audit";

    // A server that is taken out for its full queue would only be flooded elsewhere.
    public bool Optional => true;

    public Task<PartHealth> AskAsync(CancellationToken cancel) => Task.FromResult(
        queue.Waiting < RefusalAudit.Capacity ? PartHealth.Ok : PartHealth.Failed($"{queue.Waiting} events wait to be written; further ones are only counted"));
}
