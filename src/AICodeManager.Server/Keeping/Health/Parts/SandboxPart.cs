using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Keeping.Health.Parts;

/// <summary>The engine that tasks run on answers.</summary>
internal sealed class SandboxPart(Sandboxes sandboxes) : IHealthPart
{
    public string Name => "sandbox";

    public bool Optional => false;

    public async Task<PartHealth> AskAsync(CancellationToken cancel)
    {
        try
        {
            return await (await sandboxes.EngineAsync(cancel)).PingAsync(cancel) is { Ready: false } status
                ? PartHealth.Failed(status.Detail)
                : PartHealth.Ok;
        }
        catch (SandboxException away)
        {
            return PartHealth.Failed(away.Message);
        }
    }
}
