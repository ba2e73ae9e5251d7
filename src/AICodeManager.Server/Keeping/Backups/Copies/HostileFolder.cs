using System.ComponentModel;
using System.Runtime.InteropServices;
using AICodeManager.Server.Work.Projects;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Keeping.Backups.Copies;

/// <summary>
/// The calls that copying a hostile folder takes beside <see cref="Posix"/>: links are read and made, never followed, and every name is
/// relative to an open folder.
/// </summary>
internal static partial class HostileFolder
{
    private const int MaxTarget = 4096, EmptyPath = 0x1000;

    /// <summary>Where a link points to, as the bytes it has; null where there is no link of that name.</summary>
    public static byte[]? LinkTarget(SafeFileHandle folder, byte[] name)
    {
        var target = new byte[MaxTarget];
        var length = readlinkat(folder, [.. name, 0], target, target.Length);
        return length < 0 ? null : target[..(int)length];
    }

    public static void MakeLink(SafeFileHandle folder, byte[] name, byte[] target)
    {
        if (target.Contains((byte)0) || symlinkat([.. target, 0], folder, [.. name, 0]) < 0)
        {
            throw Failed("A link of a working copy could not be made.");
        }
    }

    /// <summary>Sets the rights of an open file or folder; only the nine bits, so no program gains a user by it.</summary>
    public static void Permit(SafeFileHandle file, int mode)
    {
        if (fchmod(file, (uint)(mode & 0x1FF)) < 0)
        {
            throw Failed("The rights of a file of a working copy could not be set.");
        }
    }

    /// <summary>Gives a link itself, or an open file, to a user.</summary>
    public static void Give(SafeFileHandle folder, byte[] name, int user)
    {
        const int NoFollow = 0x100;
        if (fchownat(folder, [.. name, 0], (uint)user, (uint)user, name.Length == 0 ? EmptyPath : NoFollow) < 0)
        {
            throw Failed("A file of a working copy could not be given to the sandbox user.");
        }
    }

    /// <summary>The lowest nine bits of the rights of an open file.</summary>
    public static int ModeOf(SafeFileHandle file) => (int)File.GetUnixFileMode(file) & 0x1FF;

    private static IOException Failed(string what) => new(what, new Win32Exception(Marshal.GetLastPInvokeError()));

#pragma warning disable SYSLIB1054, CA5392, IDE1006 // Names are the kernel's; libc is resolved by the loader, not by a search path.
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlinkat(SafeFileHandle folder, byte[] name, byte[] target, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int symlinkat(byte[] target, SafeFileHandle folder, byte[] name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmod(SafeFileHandle file, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchownat(SafeFileHandle folder, byte[] name, uint user, uint group, int flags);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}
