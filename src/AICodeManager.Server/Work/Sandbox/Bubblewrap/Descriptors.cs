using System.Globalization;
using System.Runtime.InteropServices;

namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>
/// Descriptors that this process inherited from whoever started it. bwrap hands on what it inherits, so a file, pipe or
/// socket of the host would be open inside the sandbox.
/// </summary>
internal static partial class Descriptors
{
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>Marks every descriptor but the three standard ones to be closed in programs that this process starts.</summary>
    public static void KeepToOurselves()
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            // One that is closed meanwhile is refused by the kernel, which is as good.
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, null, out var descriptor) && descriptor > 2)
                _ = Control(descriptor, SetFlags, CloseOnExec);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int value);
}
