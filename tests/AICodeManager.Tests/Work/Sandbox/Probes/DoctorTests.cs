using AICodeManager.Server.Work.Sandbox.Probes;

namespace AICodeManager.Tests.Work.Sandbox.Probes;

/// <summary>The contract of the sandbox, on both engines: whatever is tried fails, and every limit holds.</summary>
public sealed class DoctorTests
{
    [Theory]
    [InlineData("docker", ProbeStage.Quick)]
    [InlineData("bubblewrap", ProbeStage.Quick)]
    [InlineData("docker", ProbeStage.Bombs)]
    [InlineData("bubblewrap", ProbeStage.Bombs)]
    public async Task Cannot_break_out_of_a_sandbox(string name, ProbeStage stage)
    {
        var engine = Lab.Engine(name);
        using var _ = (IDisposable)engine;

        var report = await new Doctor(Path.GetTempPath(), TimeProvider.System).RunAsync(engine, stage, null, Lab.Cancel);

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToText());
        Assert.True(report.AllHeld, report.ToText());
        Assert.Equal(ProbeCatalog.Of(stage).Count, report.Results.Count);
    }
}
