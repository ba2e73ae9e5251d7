using System.Text;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Server.Work.Projects;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Keeping.Backups.Copies;

/// <summary>
/// Unpacks working copies into a folder beside that of the projects, which takes its place at <see cref="Commit"/>. Every part of every
/// path is opened beneath what was opened before, so that a link that the backup holds leads nothing out.
/// </summary>
/// <param name="projects">The folder of the projects; it need not be there.</param>
/// <param name="owner">User whom copies are given to; null to leave them ours.</param>
/// <param name="replace">Whether what is there may go.</param>
internal sealed class CopyPlace(string projects, int? owner, bool replace) : IFilePlace, IDisposable
{
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string staging = $"{projects}.restoring-{Guid.NewGuid():N}";
    // Rights are given last: a folder that may not be written would take no files.
    private readonly List<(string Folder, byte[] Path, int Mode)> folders = [];
    private MemoryStream? link;
    private FileStream? file;
    private (SafeFileHandle Folder, byte[] Name, int Mode)? at;

    public Task BeginAsync(FileEntry entry, CancellationToken cancel)
    {
        if (entry.Place == FileCopier.Configuration)
        {
            return Task.CompletedTask;
        }

        var folder = PlaceOf(entry.Place);
        var parts = Parts(entry.Path);
        var parent = OpenParent(folder, parts);
        at = (parent, parts[^1], entry.Mode);
        switch (entry.Kind)
        {
            case EntryKind.Folder:
                Require(Posix.MakeFolder(parent, parts[^1], 0x1C0 /* 0700 */));
                folders.Add((folder, entry.Path, entry.Mode));
                break;
            case EntryKind.Link:
                link = new MemoryStream();
                break;
            default:
                var made = Posix.OpenBeneath(parent, parts[^1], Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.NoFollow, 0x180 /* 0600 */, out var error);
                Require(error);
                file = new FileStream(made!, FileAccess.Write, bufferSize: 0);
                break;
        }

        return Task.CompletedTask;
    }

    public async Task DataAsync(ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        if (((Stream?)file ?? link) is { } target)
        {
            await target.WriteAsync(content, cancel);
        }
    }

    public async Task EndAsync(CancellationToken cancel)
    {
        if (at is not { } entry)
        {
            return;
        }

        if (file is not null)
        {
            HostileFolder.Permit(file.SafeFileHandle, entry.Mode);
            await file.DisposeAsync();
        }
        else if (link is not null)
        {
            HostileFolder.MakeLink(entry.Folder, entry.Name, link.ToArray());
        }

        if (owner is { } user)
        {
            HostileFolder.Give(entry.Folder, entry.Name, user);
        }

        entry.Folder.Dispose();
        (file, link, at) = (null, null, null);
    }

    /// <summary>Refuses to begin where projects lie and may not go.</summary>
    public void RequireRoom()
    {
        if (!replace && Directory.Exists(projects) && Directory.EnumerateFileSystemEntries(projects).Any())
        {
            throw new Copying.RestoreException($"{projects} holds working copies already. With --replace they are replaced once the backup is restored whole.");
        }
    }

    /// <summary>Puts the copies in their place. Until then the old ones are as they were.</summary>
    public void Commit()
    {
        foreach (var (folder, path, mode) in Enumerable.Reverse(folders))
        {
            var parts = Parts(path);
            using var parent = OpenParent(folder, parts);
            Posix.PermitFolder(parent, parts[^1], mode & 0x1FF);
        }

        Directory.CreateDirectory(staging, Passable);
        var old = $"{projects}.replaced-{Guid.NewGuid():N}";
        if (Directory.Exists(projects))
        {
            Directory.Move(projects, old);
        }

        Directory.Move(staging, projects);
        Copying.DiskSync.Folder(Path.GetDirectoryName(projects)!);
        FolderRemoval.Remove(old);
    }

    public void Dispose()
    {
        file?.Dispose();
        at?.Folder.Dispose();
        FolderRemoval.Remove(staging);
    }

    // A project's id and which of its two folders; both are made here, as a new project has them.
    private string PlaceOf(string place)
    {
        if (place.Split('/') is not [var id, "work" or "git"] || !Guid.TryParseExact(id, "D", out _))
        {
            throw new BackupException(BackupDamage.Inconsistent, "The backup is genuine but holds a file of no known place.");
        }

        var folder = Path.Combine(staging, place);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(staging, Passable);
            Directory.CreateDirectory(Path.Combine(staging, id), Passable);
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (owner is { } user)
            {
                using var opened = Posix.OpenFolder(folder);
                Require(Posix.Give(opened, user));
            }
        }

        return folder;
    }

    private static SafeFileHandle OpenParent(string folder, IReadOnlyList<byte[]> parts)
    {
        var open = Posix.OpenFolder(folder);
        foreach (var part in parts.SkipLast(1))
        {
            var next = Posix.OpenBeneath(open, part, Posix.ReadOnly | Posix.Folder | Posix.NoFollow, 0, out var error);
            open.Dispose();
            Require(error);
            open = next!;
        }

        return open;
    }

    // The parts of a path, none of which leads anywhere else.
    private static List<byte[]> Parts(byte[] path)
    {
        List<byte[]> parts = [];
        foreach (var range in path.AsSpan().Split((byte)'/'))
        {
            var part = path[range];
            if (part.Length == 0 || part.AsSpan().SequenceEqual("."u8) || part.AsSpan().SequenceEqual(".."u8) || part.Contains((byte)0))
            {
                throw new BackupException(BackupDamage.Inconsistent, $"The backup is genuine but holds a path that leads elsewhere: {Encoding.UTF8.GetString(path)}.");
            }

            parts.Add(part);
        }

        return parts;
    }

    private static void Require(int error)
    {
        if (error != 0)
        {
            throw new IOException("A file of a working copy could not be made.", new System.ComponentModel.Win32Exception(error));
        }
    }
}
