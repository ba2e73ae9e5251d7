using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Docker;

namespace AICodeManager.Tests.Work.Sandbox;

/// <summary>Engines and sandboxes for tests; a test is skipped, saying why, where the machine has no image for it.</summary>
internal static class Lab
{
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static SandboxSpec Spec(params string[] command) => new()
    {
        Name = $"t-{Guid.NewGuid():N}"[..20],
        Command = command,
        WorkingFolder = "/tmp",
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" },
        Profile = new SandboxProfile { MemoryBytes = 256L << 20, Pids = 64 },
    };

    public static SandboxSpec Shell(string script) => Spec("/bin/sh", "-c", script);

    public static DockerEngine Docker(string? socket = null, TimeProvider? time = null, int keptMebibytes = 256) => new(
        new DockerSettings(socket ?? DockerSettings.SocketOf(Environment.GetEnvironmentVariable("DOCKER_HOST")), "tests", KeptMebibytes: keptMebibytes),
        new SandboxImage(Needed("AICLI_TEST_IMAGE", "a workspace image in a Docker engine"), null),
        Seccomp(),
        time ?? TimeProvider.System);

    public static SeccompProfile Seccomp()
    {
        var path = Path.Combine(Repository(), "deploy", "workspace", "seccomp.json");
        Assert.SkipUnless(File.Exists(path), "Needs deploy/workspace/seccomp.json.");
        return SeccompProfile.Parse(File.ReadAllText(path));
    }

    public static string Needed(string variable, string what)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(value), $"{variable} is not set: this machine was not given {what}.");
        return value!;
    }

    public static async Task<string> ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancel);
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AICodeManager.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
