using AICodeManager.Server.Work.Sandbox;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Sandbox;

public sealed class SandboxRoomTests
{
    [Theory]
    [InlineData(null, "docker bubblewrap")]
    [InlineData("docker", "docker")]
    [InlineData("bubblewrap", "bubblewrap")]
    [InlineData("none", "none")]
    public void Never_goes_without_a_sandbox_unless_asked_by_name(string? configured, string expected)
    {
        using var engines = new SandboxEngines(Options(configured), TimeProvider.System);

        Assert.Equal(expected, string.Join(' ', engines.InOrder.Select(engine => engine.Name)));
    }

    [Theory]
    [InlineData("None")]
    [InlineData("podman")]
    public void Cannot_be_an_engine_that_is_not_known(string configured) =>
        Assert.Throws<FormatException>(() => new SandboxEngines(Options(configured), TimeProvider.System));

    [Fact]
    public void Registers_a_door_whose_gate_is_closed()
    {
        var registered = new ServiceCollection().AddMetrics().AddSingleton(TimeProvider.System);
        registered.AddSandboxes(Options(null), new SandboxProfile());
        using var services = registered.BuildServiceProvider();

        Assert.NotNull(services.GetRequiredService<Sandboxes>().Gate.Reason);
        Assert.Same(services.GetRequiredService<SandboxGate>(), services.GetRequiredService<Sandboxes>().Gate);
    }

    private static SandboxOptions Options(string? engine) => new()
    {
        Engine = engine,
        Instance = "tests",
        Image = new SandboxImage(null, null),
        Seccomp = Lab.Seccomp(),
        StateFolder = Lab.Folder(),
    };
}
