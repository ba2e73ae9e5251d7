using System.Runtime.InteropServices;
using System.Text;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>
/// Measures a folder whose content is hostile and changes meanwhile: every step is taken from an open folder and never
/// through a link, so nothing outside it is ever entered (openat(2), <c>O_NOFOLLOW</c>).
/// </summary>
internal static unsafe partial class FolderMeter
{
    /// <summary>Folders nested more deeply are taken to be over the bound: no honest tree is, and each level costs a descriptor.</summary>
    public const int MaxDepth = 128;

    private const int BytesOfBlock = 512;
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int AtFolder = -100;
    private const int NoFollowNoAutomount = 0x100 | 0x800;
    private const uint TypeModeAndBlocks = 0x1 | 0x2 | 0x400;
    private const int NameOffset = 19;
    private const int NotFound = 2;
    private const int Loop = 40;
    private const int NotAFolder = 20;

    private static readonly int FolderNoFollow =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 | 0x8000 : 0x10000 | 0x20000;

    /// <summary>Counts until everything is counted or the bound is passed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static FolderSize Measure(string folder, FolderBound bound, CancellationToken cancel)
    {
        var size = new FolderSize();
        fixed (byte* name = Encoding.UTF8.GetBytes(folder + '\0'))
            Walk(AtFolder, name, depth: 0, size, bound, cancel);
        return size;
    }

    // Names stay bytes: a hostile one need not be UTF-8.
    private static void Walk(int parent, byte* name, int depth, FolderSize size, FolderBound bound, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var opened = depth > MaxDepth ? -1 : OpenAt(parent, name, ReadOnlyCloseOnExec | FolderNoFollow);
        var stream = opened < 0 ? null : OpenFolder(opened);
        if (stream == null)
        {
            // Gone or replaced meanwhile is fine; what cannot be read cannot be measured, so it is over.
            size.Over |= depth > MaxDepth || Marshal.GetLastPInvokeError() is not (NotFound or Loop or NotAFolder);
            return;
        }

        try
        {
            for (byte* entry; !size.Over && (entry = ReadFolder(stream)) != null;)
            {
                var child = entry + NameOffset;
                if (!IsDots(child) && Count(opened, child, size, bound))
                    Walk(opened, child, depth + 1, size, bound, cancel);
            }
        }
        finally
        {
            _ = CloseFolder(stream);
        }
    }

    private static bool IsDots(byte* name) => name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));

    /// <summary>Adds one entry; true where it is a folder.</summary>
    private static bool Count(int folder, byte* name, FolderSize size, FolderBound bound)
    {
        var status = default(Status);
        if (StatusOf(folder, name, NoFollowNoAutomount, TypeModeAndBlocks, &status) != 0)
            return false;
        size.Bytes += (long)status.Blocks * BytesOfBlock;
        size.Files++;
        size.Over |= size.Bytes > bound.Bytes || size.Files > bound.Files;
        return (status.Mode & 0xF000) == 0x4000;
    }

    // struct statx (statx(2)) is the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(48)]
        public ulong Blocks;
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(int folder, byte* name, int flags);

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    private static partial void* OpenFolder(int descriptor);

    // struct dirent of 64-bit systems: inode 8, offset 8, length 2, type 1, name.
    [LibraryImport("libc", EntryPoint = "readdir")]
    private static partial byte* ReadFolder(void* stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseFolder(void* stream);

    [LibraryImport("libc", EntryPoint = "statx")]
    private static partial int StatusOf(int folder, byte* name, int flags, uint mask, Status* status);
}
