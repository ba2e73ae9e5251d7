namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>The sandbox proves itself before it is used (spec D7).</summary>
public static class ProbesRoom
{
    public static void AddProbes(this IServiceCollection services) => services.AddHostedService<SandboxProver>();
}
