using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Server.Keeping.Health.Parts;

/// <summary>A model is configured. It is not called: that would cost money, and its being away is no reason to take this server out.</summary>
internal sealed class ModelPart(GatewayHost gateway) : IHealthPart
{
    public string Name => "model";

    public bool Optional => true;

    public Task<PartHealth> AskAsync(CancellationToken cancel) =>
        Task.FromResult(gateway.NotConfigured is { } why ? PartHealth.Failed(why.Message) : PartHealth.Ok);
}
