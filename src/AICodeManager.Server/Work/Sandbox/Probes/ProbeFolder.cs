namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>A folder of one probe run on the host; disposing deletes it, never through a link.</summary>
internal sealed class ProbeFolder : IDisposable
{
    private const UnixFileMode Enter = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Write = Enter | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public ProbeFolder(string scratch)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(scratch), $"aicli-probe-{Guid.NewGuid():N}");
        Make(Path, Enter);
    }

    public string Path { get; }

    /// <summary>A working copy below that any user id of a sandbox may write.</summary>
    public string WorkingCopy(string name)
    {
        var folder = System.IO.Path.Combine(Path, name);
        Make(folder, Write);
        return folder;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What a sandbox's user left may be beyond a server that is not root; it is small and bounded.
        }
    }

    private static void Make(string folder, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Sandboxes need Linux.");
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, mode);
    }
}
