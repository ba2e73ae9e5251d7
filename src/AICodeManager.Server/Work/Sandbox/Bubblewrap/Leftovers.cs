using System.Text.Json;

namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>One small file for each sandbox with its labels, so that what an earlier process left can be found and removed.</summary>
internal sealed class Leftovers(string folder)
{
    /// <exception cref="SandboxException"><c>start_failed</c>: the name is taken; or <c>disk_full</c>.</exception>
    public void Add(SandboxSpec spec)
    {
        try
        {
#pragma warning disable CA1416 // The engine exists on Linux only.
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
            using var file = new FileStream(PathOf(spec.Name), FileMode.CreateNew);
            JsonSerializer.Serialize(file, spec.Labels);
        }
        catch (IOException) when (File.Exists(PathOf(spec.Name)) && new FileInfo(PathOf(spec.Name)).Length > 0)
        {
            throw new SandboxException("start_failed", $"A sandbox named {spec.Name} exists already.");
        }
        catch (IOException fault)
        {
            throw new SandboxException("disk_full", "The sandbox's state file cannot be written.", fault);
        }
    }

    public void Remove(string name) => File.Delete(PathOf(name));

    public IEnumerable<(string Name, IReadOnlyDictionary<string, string> Labels)> All()
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
            yield return (Path.GetFileNameWithoutExtension(file), Read(file));
    }

    private static Dictionary<string, string> Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [];
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            // Cut off while it was written: still there to be removed, under no label.
            return [];
        }
    }

    private string PathOf(string name) => Path.Combine(folder, name + ".json");
}
