using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Bubblewrap;
using AICodeManager.Server.Work.Sandbox.Docker;
using AICodeManager.Tests.Fixtures;

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

    public static BubblewrapEngine Bubblewrap(string? stateFolder = null, string cgroupParent = "aicli-tests")
    {
        Assert.SkipUnless(LaunchPlan.Look("bwrap") is not null, "bubblewrap is not installed.");
        return new BubblewrapEngine(
            new BubblewrapSettings("tests", stateFolder ?? Folder(), cgroupParent),
            new SandboxImage(null, Needed("AICLI_TEST_ROOTFS", "an unpacked workspace image")),
            Seccomp(),
            TimeProvider.System);
    }

    /// <summary>The engine of that name; the caller disposes it.</summary>
    public static ISandboxEngine Engine(string name) => name == "docker" ? Docker() : Bubblewrap();

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

    /// <summary>An empty folder, removed when the tests end.</summary>
    public static string Folder()
    {
        var folder = Directory.CreateTempSubdirectory("aicli-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    /// <summary>A folder that the sandbox's user may write.</summary>
    public static string SharedFolder()
    {
        var folder = Folder();
#pragma warning disable CA1416 // Sandboxes exist on Linux only.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
#pragma warning restore CA1416
        return folder;
    }

    /// <summary>Processes of this host that have the word on their command line.</summary>
    /// <summary>A shell says that it has started something before that has become what it is to be.</summary>
    public static Task UntilRunningAsync(string word) => Poll.UntilAsync(() => Task.FromResult(CountProcesses(word) > 0));

    /// <summary>A process that was killed is seen until the kernel has taken it down.</summary>
    public static Task UntilGoneAsync(string word) => Poll.UntilAsync(() => Task.FromResult(CountProcesses(word) == 0));

    public static int CountProcesses(string word) => Directory.EnumerateDirectories("/proc")
        .Count(folder => int.TryParse(Path.GetFileName(folder), out _) && CommandLine(folder).Split('\0').Contains(word));

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AICodeManager.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
