using System.Security.Cryptography;
using System.Text.Json;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>What the configuration and this host make of sandboxes: the profile, the image, the engine asked for.</summary>
public static class SandboxSetup
{
    /// <summary>Folder of the workspace images (<c>AICLI_IMAGES</c>); the start script sets it.</summary>
    public const string ImagesVariable = "AICLI_IMAGES";

    /// <summary>The limits of every sandbox.</summary>
    public static SandboxProfile Profile(Settings settings) => new()
    {
        MemoryBytes = settings.Docker.Resources.MemoryLimit,
        Cpus = (double)settings.Docker.Resources.CpuLimit,
        Pids = settings.Docker.Resources.PidsLimit,
        UserId = SandboxOwner.UserId,
    };

    public static SandboxOptions Options(Settings settings) => new()
    {
        Engine = settings.Host.Sandbox switch
        {
            SandboxChoice.Docker => "docker",
            SandboxChoice.Bubblewrap => "bubblewrap",
            SandboxChoice.None => "none",
            _ => null,
        },
        DockerHost = Environment.GetEnvironmentVariable("DOCKER_HOST"),
        Instance = Instance(settings.Host.DataFolder),
        Image = CurrentImage(Environment.GetEnvironmentVariable(ImagesVariable) ?? Path.GetFullPath("artifacts/workspace")),
        Seccomp = SeccompProfile.Parse(settings.Docker.Seccomp is { } file ? File.ReadAllText(file) : Shipped()),
        StateFolder = Path.Combine(settings.Host.DataFolder, "sandboxes"),
    };

    /// <summary>What <c>deploy/workspace/build</c> built last; without a build, engines say what to run.</summary>
    private static SandboxImage CurrentImage(string folder)
    {
        var current = Path.Combine(folder, "current");
        if (!File.Exists(current))
        {
            return new SandboxImage(null, null);
        }

        var built = JsonElement.Parse(File.ReadAllText(current));
        return new SandboxImage(Text("image"), Text("rootfs"));

        string? Text(string name) =>
            built.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : null;
    }

    // Made once for a data folder, so that a restarted server finds its own sandboxes and nobody else's.
    private static string Instance(string dataFolder)
    {
        var file = Path.Combine(dataFolder, "instance");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(dataFolder);
            File.WriteAllText(file, RandomNumberGenerator.GetHexString(16, lowercase: true));
        }

        return File.ReadAllText(file).Trim();
    }

    private static string Shipped()
    {
        using var text = new StreamReader(typeof(SandboxSetup).Assembly.GetManifestResourceStream("seccomp.json")!);
        return text.ReadToEnd();
    }
}
