using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Server.Work.Projects;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Keeping.Backups.Copies;

/// <summary>
/// Puts one folder of a project into a backup. Its content is hostile: every name is opened beneath an open folder without following
/// links; pipes, sockets and devices are left out; a file that grows while it is read ends where it ended at the start. Tasks go on
/// meanwhile, so a copy is not of one moment: commit first what matters.
/// </summary>
/// <param name="place">Name of the place in the backup.</param>
/// <param name="advanced">Told of the bytes of files so far.</param>
internal sealed class CopyReader(RecordWriter records, string place, Action<long> advanced)
{
    /// <summary>Folders deeper than this are left out; their descriptors are all open at once.</summary>
    public const int MaxDepth = 200;

    private const int MaxPath = 64 * 1024;

    private long bytes;

    /// <summary>What was not taken: neither file, folder nor link, or too deep, or gone when it was opened.</summary>
    public long LeftOut { get; private set; }

    public async Task CopyAsync(string folder, CancellationToken cancel)
    {
        using var root = Posix.OpenFolder(folder);
        await FolderAsync(root, [], 0, cancel);
    }

    private async Task FolderAsync(SafeFileHandle folder, byte[] path, int depth, CancellationToken cancel)
    {
        foreach (var name in FolderNames.Of(folder))
        {
            cancel.ThrowIfCancellationRequested();
            byte[] inner = path.Length == 0 ? name : [.. path, (byte)'/', .. name];
            if (inner.Length > MaxPath || !await EntryAsync(folder, name, inner, depth, cancel))
            {
                LeftOut++;
            }
        }
    }

    private async Task<bool> EntryAsync(SafeFileHandle folder, byte[] name, byte[] path, int depth, CancellationToken cancel)
    {
        switch (Posix.Look(folder, name)?.Kind)
        {
            case FileKind.Folder when depth < MaxDepth:
                using (var inner = Posix.OpenBeneath(folder, name, Posix.ReadOnly | Posix.Folder | Posix.NoFollow, 0, out _))
                {
                    if (inner is null)
                    {
                        return false;
                    }

                    await FileCopier.AddAsync(records, new FileEntry(place, path, EntryKind.Folder, HostileFolder.ModeOf(inner)), Stream.Null, cancel);
                    await FolderAsync(inner, path, depth + 1, cancel);
                    return true;
                }

            case FileKind.File:
                // NonBlocking: it may be a pipe by now, which must not hang.
                using (var file = Posix.OpenBeneath(folder, name, Posix.ReadOnly | Posix.NoFollow | Posix.NonBlocking, 0, out _))
                {
                    if (file is null || Posix.Look(file) is not { Kind: FileKind.File } facts)
                    {
                        return false;
                    }

                    var entry = new FileEntry(place, path, EntryKind.File, HostileFolder.ModeOf(file));
                    await using var content = new FileStream(file, FileAccess.Read, bufferSize: 0);
                    await FileCopier.AddAsync(records, entry, content, cancel, facts.Size);
                    advanced(bytes += facts.Size);
                    return true;
                }

            case FileKind.Link when HostileFolder.LinkTarget(folder, name) is { } target:
                await FileCopier.AddAsync(records, new FileEntry(place, path, EntryKind.Link, 0x1FF), new MemoryStream(target), cancel);
                return true;
            default:
                return false;
        }
    }
}
