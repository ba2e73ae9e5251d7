using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>
/// The folder of backups: <c>database.backup.folder</c>, by default <c>backups</c> in the data folder; mode 0700, files 0600.
/// Only files with a backup's name are looked at.
/// </summary>
public sealed class BackupFolder(Settings settings, RootKeys roots)
{
    private const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path { get; } = settings.Database.Backup.Folder ?? System.IO.Path.Combine(settings.Host.DataFolder, "backups");

    /// <summary>This machine and folder, as rows name where a file lies.</summary>
    public string Node => $"{Environment.MachineName}:{Path}";

    public string PathOf(BackupName name) => System.IO.Path.Combine(Path, name.Text);

    public bool Holds(BackupName name) => File.Exists(PathOf(name));

    /// <summary>Names of the backups here, oldest first.</summary>
    public IReadOnlyList<BackupName> Names() => !Directory.Exists(Path) ? [] :
        [.. Directory.EnumerateFiles(Path).Select(file => BackupName.Parse(System.IO.Path.GetFileName(file))).OfType<BackupName>()
            .OrderBy(name => name.Text, StringComparer.Ordinal)];

    /// <summary>A file of this name that is only now written; nobody else may read it, or write it at the same time.</summary>
    internal FileStream Begin(BackupName name)
    {
        Directory.CreateDirectory(Path, Ours | UnixFileMode.UserExecute);
        return new FileStream(PartialOf(name), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = Ours, BufferSize = 0,
        });
    }

    /// <summary>Gives the finished file its name.</summary>
    internal void Keep(BackupName name)
    {
        File.Move(PartialOf(name), PathOf(name));
        Copying.DiskSync.Folder(Path);
    }

    internal void Drop(BackupName name) => File.Delete(PartialOf(name));

    internal void Remove(BackupName name)
    {
        File.Delete(PathOf(name));
        Copying.DiskSync.Folder(Path);
    }

    internal static FileStream Open(string file) => new(file, new FileStreamOptions
    {
        Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0, Options = FileOptions.SequentialScan,
    });

    /// <summary>The header of a file, authenticated; null where it is not genuine or no key of ours made it.</summary>
    internal async Task<BackupHeader?> HeaderAsync(BackupName name, CancellationToken cancel)
    {
        try
        {
            await using var file = Open(PathOf(name));
            return (await BackupForm.ReadAsync(file, roots, cancel)).Header;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes what interrupted runs left. What somebody is still writing is locked and stays.</summary>
    internal void RemoveLeftovers()
    {
        foreach (var file in Directory.Exists(Path) ? Directory.EnumerateFiles(Path, "*" + BackupName.PartialMark) : [])
        {
            if (BackupName.Parse(System.IO.Path.GetFileNameWithoutExtension(file)) is null)
            {
                continue;
            }

            try
            {
                using var free = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                File.Delete(file);
            }
            catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
            {
                // Being written by another process, or not ours to remove.
            }
        }
    }

    /// <summary>Whether a file of this name was begun here and nobody is writing it: whoever did was killed.</summary>
    internal bool IsLeftover(BackupName name)
    {
        try
        {
            using var free = new FileStream(PartialOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception other) when (other is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string PartialOf(BackupName name) => System.IO.Path.Combine(Path, name.Partial);
}
