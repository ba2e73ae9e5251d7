using System.Text.Json;

namespace AICodeManager.Bench.Rig;

/// <summary>The workspace image that <c>deploy/workspace/build</c> made last.</summary>
internal sealed record WorkspaceImage(string? Docker, string Rootfs)
{
    public string Claude => Path.Combine(Rootfs, "usr/local/bin/claude");

    public static WorkspaceImage Current()
    {
        var folder = Environment.GetEnvironmentVariable("AICLI_IMAGES") ?? Path.GetFullPath("artifacts/workspace");
        var file = Path.Combine(folder, "current");
        if (!File.Exists(file))
            throw new BenchException($"There is no workspace image in {folder}. Build it with deploy/workspace/build, or set AICLI_IMAGES.");
        var built = JsonElement.Parse(File.ReadAllText(file));
        return new WorkspaceImage(built.GetProperty("image").GetString(), built.GetProperty("rootfs").GetString()!);
    }
}
