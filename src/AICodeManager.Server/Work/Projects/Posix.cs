using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Work.Projects;

/// <summary>The few calls of Linux that .NET has no word for: everything relative to an open folder, never by path.</summary>
internal static partial class Posix
{
    public const int ReadOnly = 0, WriteOnly = 1, Create = 0x40, Exclusive = 0x80, NonBlocking = 0x800, CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;

    // Two flags have other values on Arm (asm/fcntl.h).
    public static readonly int Folder = IsArm ? 0x4000 : 0x10000;
    public static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    public const int NotPermitted = 1, NoEntry = 2, AccessDenied = 13, Exists = 17, CrossDevice = 18, NotFolder = 20,
        IsFolder = 21, NoSpace = 28, NameTooLong = 36, NotKnown = 38, NotEmpty = 39, Loop = 40, NoSuchDevice = 6;

    private const int RemoveFolderFlag = 0x200, EmptyPath = 0x1000, NoFollowLink = 0x100;
    private const ulong Beneath = 0x08, NoSymlinks = 0x04, NoMagicLinks = 0x02;
    private const int OpenAt2 = 437;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    /// <summary>Whether this process may give files away.</summary>
    public static bool IsRoot => geteuid() == 0;

    /// <summary>openat2(2) that cannot leave <paramref name="folder"/> and follows no link of any kind.</summary>
    /// <param name="error">0, or errno: <see cref="Loop"/> for a link, <see cref="CrossDevice"/> for a way out.</param>
    public static SafeFileHandle? OpenBeneath(SafeFileHandle folder, ReadOnlySpan<byte> path, int flags, int mode, out int error)
    {
        var how = new OpenHow
        {
            Flags = (ulong)(uint)(flags | CloseOnExec), Mode = (ulong)mode, Resolve = Beneath | NoSymlinks | NoMagicLinks,
        };
        var result = syscall(OpenAt2, folder, Terminated(path), ref how, (nint)Marshal.SizeOf<OpenHow>());
        error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        return result < 0 ? null : new SafeFileHandle((nint)result, ownsHandle: true);
    }

    /// <summary>Opens a folder by a path of our own making; the last part must not be a link.</summary>
    /// <exception cref="Win32Exception">With errno.</exception>
    public static SafeFileHandle OpenFolder(string path)
    {
        var descriptor = open(path, ReadOnly | Folder | NoFollow | CloseOnExec);
        return descriptor < 0 ? throw new Win32Exception(Marshal.GetLastPInvokeError()) : new SafeFileHandle(descriptor, true);
    }

    /// <summary>What stands under a name, itself and not what a link points to; null when nothing does.</summary>
    public static FileFacts? Look(SafeFileHandle folder, ReadOnlySpan<byte> name) => Look(folder, Terminated(name), NoFollowLink);

    public static FileFacts Look(SafeFileHandle file) => Look(file, [0], EmptyPath) ?? throw Failed();

    public static int MakeFolder(SafeFileHandle folder, ReadOnlySpan<byte> name, int mode) => Error(mkdirat(folder, Terminated(name), mode));

    public static int Rename(SafeFileHandle from, ReadOnlySpan<byte> name, SafeFileHandle to, ReadOnlySpan<byte> newName) =>
        Error(renameat(from, Terminated(name), to, Terminated(newName)));

    public static int Remove(SafeFileHandle folder, ReadOnlySpan<byte> name, bool isFolder) =>
        Error(unlinkat(folder, Terminated(name), isFolder ? RemoveFolderFlag : 0));

    /// <summary>Gives an open file or folder to a user and group.</summary>
    public static int Give(SafeFileHandle file, int user) => Error(fchown(file, (uint)user, (uint)user));

    /// <summary>Sets the rights of a folder by name; of nothing else and through no link.</summary>
    public static int PermitFolder(SafeFileHandle parent, ReadOnlySpan<byte> name, int mode)
    {
        using var folder = OpenBeneath(parent, name, PathOnly | Folder | NoFollow, 0, out var error);
        // A descriptor opened without read rights takes no fchmod(2); its own entry in /proc does.
        return folder is null ? error : Error(chmod($"/proc/self/fd/{folder.DangerousGetHandle()}", (uint)mode));
    }

    /// <summary>Reads raw directory records; 0 at the end.</summary>
    public static int ReadFolder(SafeFileHandle folder, byte[] buffer)
    {
        var read = getdents64(folder, buffer, buffer.Length);
        return read < 0 ? throw Failed() : (int)read;
    }

    private static FileFacts? Look(SafeFileHandle folder, byte[] name, int flags)
    {
        const uint TypeModeSizeTimeBlocks = 0x1 | 0x2 | 0x40 | 0x200 | 0x400;
        var error = Error(statx(folder, name, flags, TypeModeSizeTimeBlocks, out var found));
        return error switch
        {
            0 => new FileFacts((FileKind)(found.Mode & 0xF000), (long)found.Size, (long)found.Blocks * 512, found.ModifiedSeconds),
            NoEntry or NotFolder or NameTooLong or AccessDenied => null,
            _ => throw new Win32Exception(error),
        };
    }

    private static byte[] Terminated(ReadOnlySpan<byte> text) => [.. text, 0];

    private static int Error(int result) => result < 0 ? Marshal.GetLastPInvokeError() : 0;

    private static Win32Exception Failed() => new(Marshal.GetLastPInvokeError());

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags, Mode, Resolve;
    }

    // struct statx of linux/stat.h: the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Found
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(48)] public ulong Blocks;
        [FieldOffset(112)] public long ModifiedSeconds;
    }

#pragma warning disable SYSLIB1054, CA5392, IDE1006 // Names are the kernel's; libc is resolved by the loader, not by a search path.
    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(nint number, SafeFileHandle folder, byte[] path, ref OpenHow how, nint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(SafeFileHandle folder, byte[] path, int flags, uint mask, out Found found);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdirat(SafeFileHandle folder, byte[] name, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int renameat(SafeFileHandle from, byte[] name, SafeFileHandle to, byte[] newName);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(SafeFileHandle folder, byte[] name, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchown(SafeFileHandle file, uint user, uint group);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chmod(string path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getdents64(SafeFileHandle folder, byte[] buffer, nint size);

    [LibraryImport("libc")]
    private static partial uint geteuid();
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}

/// <summary>The file types of stat(2).</summary>
internal enum FileKind
{
    Other = 0,
    Folder = 0x4000,
    File = 0x8000,
    Link = 0xA000,
}

/// <summary>What stat(2) tells of a file.</summary>
/// <param name="Size">Bytes of content.</param>
/// <param name="Allocated">Bytes on the disk.</param>
/// <param name="ModifiedSeconds">Since 1970 UTC; an agent can set it to anything.</param>
internal sealed record FileFacts(FileKind Kind, long Size, long Allocated, long ModifiedSeconds)
{
    // What DateTimeOffset can tell: the years 1 to 9999.
    private const long Earliest = -62_135_596_800, Latest = 253_402_300_799;

    public DateTimeOffset ModifiedAt => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(ModifiedSeconds, Earliest, Latest));
}
