using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>fsync(2): what was written or renamed outlives a loss of power.</summary>
internal static partial class DiskSync
{
    public static void File(string path)
    {
        using var file = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Names within a folder: .NET opens no folders.</summary>
    public static void Folder(string path)
    {
        const int ReadOnlyCloseOnExec = 0x80000;
        var descriptor = open(path, ReadOnlyCloseOnExec);
        using var folder = new SafeFileHandle(descriptor, ownsHandle: descriptor >= 0);
        if (descriptor < 0 || fsync(folder) < 0)
        {
            throw new IOException($"The folder {path} could not be synchronised.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
    }

#pragma warning disable SYSLIB1054, CA5392, IDE1006 // Names are the kernel's; libc is resolved by the loader, not by a search path.
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}
