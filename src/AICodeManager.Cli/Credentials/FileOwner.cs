using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Cli.Credentials;

/// <summary>Who owns an open file, which the framework does not tell. Only the root user can open a stranger's private file at all.</summary>
internal static partial class FileOwner
{
    // linux/stat.h, the same on every architecture; struct statx has 256 bytes and the owner's id at byte 20.
    private const int AtEmptyPath = 0x1000;
    private const uint StatxUid = 0x8;
    private const int StatxSize = 256, UidAt = 20;

    /// <summary>False also where the system cannot tell.</summary>
    public static bool IsSomebodyElse(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        Span<byte> told = stackalloc byte[StatxSize];
        try
        {
            return StatX(file, "", AtEmptyPath, StatxUid, ref told[0]) == 0 && MemoryMarshal.Read<uint>(told[UidAt..]) != EffectiveUser();
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(SafeFileHandle file, string path, int flags, uint mask, ref byte told);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();
}
