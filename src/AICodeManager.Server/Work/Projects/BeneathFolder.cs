using System.ComponentModel;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Work.Projects;

/// <summary>
/// A working copy as the host may touch it. Everything in it is hostile: links, pipes, devices, names. So every path
/// is opened relative to the folder's descriptor with openat2(2), which refuses links of any kind and ways out, and
/// only regular files are read. Git's folder is neither listed nor reachable. Kernels before 5.6 have no openat2;
/// there every access fails.
/// </summary>
internal sealed class BeneathFolder : IDisposable
{
    private static readonly byte[] GitName = ".git"u8.ToArray();
    private readonly SafeFileHandle root;

    private BeneathFolder(SafeFileHandle root) => this.root = root;

    /// <param name="path">A folder that this server made, in a place that no agent can write.</param>
    public static BeneathFolder Open(string path) => new(Posix.OpenFolder(path));

    public void Dispose() => root.Dispose();

    /// <summary>The entries of a folder, in the order of their names; null when there is no such folder.</summary>
    /// <param name="limit">No more entries than this are looked at.</param>
    public (IReadOnlyList<FolderEntry> Entries, bool Truncated)? List(BeneathPath path, int limit)
    {
        using var folder = Open(path, Posix.ReadOnly | Posix.Folder);
        if (folder is null)
            return null;

        List<FolderEntry> entries = [];
        var truncated = false;
        foreach (var name in FolderNames.Of(folder))
        {
            if (name.AsSpan().SequenceEqual(GitName))
                continue;
            if (entries.Count == limit)
            {
                truncated = true;
                break;
            }

            if (Posix.Look(folder, name) is { } facts)
                entries.Add(new FolderEntry(Encoding.UTF8.GetString(name), facts));
        }

        return (entries.OrderBy(e => e.Name, StringComparer.Ordinal).ToList(), truncated);
    }

    /// <summary>A regular file opened for reading; null when there is none.</summary>
    public FileStream? Read(BeneathPath path)
    {
        if (path.IsRoot)
            return null;
        // NonBlocking: opening a pipe that nobody writes must not hang, and devices must not act.
        var file = Open(path, Posix.ReadOnly | Posix.NoFollow | Posix.NonBlocking);
        if (file is not null && Posix.Look(file).Kind == FileKind.File)
            return new FileStream(file, FileAccess.Read, bufferSize: 0);

        file?.Dispose();
        return null;
    }

    /// <summary>
    /// Begins to write a file that appears under its name only with <see cref="PendingFile.Commit"/>. Missing folders
    /// are made. Null when a part of the way is no folder.
    /// </summary>
    /// <param name="owner">User that new folders and the file are given to; null to leave them ours.</param>
    public PendingFile? Write(BeneathPath path, int? owner)
    {
        if (path.IsRoot)
            return null;
        var folder = Folder(path.Parent, owner);
        if (folder is null)
            return null;

        var temporary = Encoding.ASCII.GetBytes($".aicli-{Guid.NewGuid():N}");
        var file = Posix.OpenBeneath(
            folder, temporary, Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.NoFollow, 0x1A4 /* 0644 */, out var error);
        if (file is null)
        {
            folder.Dispose();
            throw Fault(error);
        }

        GiveTo(owner, file);
        return new PendingFile(folder, temporary, path.Name, new FileStream(file, FileAccess.Write, bufferSize: 0));
    }

    /// <summary>Removes a file, link or other non-folder; false when there is none.</summary>
    public bool Remove(BeneathPath path)
    {
        if (path.IsRoot)
            return false;
        using var folder = Open(path.Parent, Posix.ReadOnly | Posix.Folder);
        return folder is not null && Posix.Remove(folder, path.Name, isFolder: false) == 0;
    }

    private SafeFileHandle? Folder(BeneathPath path, int? owner)
    {
        var folder = Open(BeneathPath.Root, Posix.ReadOnly | Posix.Folder)!;
        foreach (var part in path.Parts)
        {
            var made = Posix.MakeFolder(folder, part, 0x1ED /* 0755 */) == 0;
            var next = Posix.OpenBeneath(folder, part, Posix.ReadOnly | Posix.Folder | Posix.NoFollow, 0, out var error);
            folder.Dispose();
            if (next is null)
                return Expected(error) ? null : throw Fault(error);
            if (made)
                GiveTo(owner, next);
            folder = next;
        }

        return folder;
    }

    private SafeFileHandle? Open(BeneathPath path, int flags)
    {
        var opened = Posix.OpenBeneath(root, path.IsRoot ? "."u8 : path.Bytes, flags, 0, out var error);
        return opened is not null || Expected(error) ? opened : throw Fault(error);
    }

    private static void GiveTo(int? owner, SafeFileHandle file)
    {
        if (owner is { } user && Posix.IsRoot && Posix.Give(file, user) is not 0 and var error)
            throw Fault(error);
    }

    // What a hostile or merely absent path gives; all of it looks like "not there" to the caller.
    private static bool Expected(int error) => error is Posix.NoEntry or Posix.Loop or Posix.CrossDevice or Posix.NotFolder
        or Posix.IsFolder or Posix.NameTooLong or Posix.AccessDenied or Posix.NoSuchDevice;

    private static Exception Fault(int error) => error == Posix.NotKnown
        ? new PlatformNotSupportedException("This kernel has no openat2(2): Linux 5.6 or later is needed to read working copies safely.")
        : new Win32Exception(error);
}

/// <summary>One entry of a folder.</summary>
/// <param name="Name">Bytes that are not UTF-8 appear as U+FFFD; such a file cannot be asked for by name.</param>
internal sealed record FolderEntry(string Name, FileFacts Facts);
