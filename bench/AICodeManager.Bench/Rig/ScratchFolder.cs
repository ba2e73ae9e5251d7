namespace AICodeManager.Bench.Rig;

/// <summary>A folder below the system's temporary one that goes when the measurement ends.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("aicli-bench-").FullName;

    public string Make(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Files of the sandbox user, where this one is not root: said, not hidden.
            Console.Error.WriteLine($"bench: {Path} could not be removed whole: {fault.Message}");
        }
    }
}
