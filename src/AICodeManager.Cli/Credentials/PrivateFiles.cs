namespace AICodeManager.Cli.Credentials;

/// <summary>Files of this user only: folder 0700, file 0600 from its first byte on, replaced as a whole or not at all.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;

    private const UnixFileMode AnyoneElse =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Opens for reading; null where there is none.</summary>
    /// <param name="owned">The file must be this user's own; the root user can open others', too.</param>
    /// <param name="refusal">Makes the failure of a file that others may have had their hands on; told is in what way.</param>
    public static FileStream? Open(string path, bool owned, Func<string, CliFailure> refusal)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // Asked of the open file, not of its name: the name could point elsewhere a moment later.
        var wrong = OperatingSystem.IsWindows() ? null
            : File.GetUnixFileMode(file.SafeFileHandle) is var mode && (mode & AnyoneElse) != 0
                ? $"is open to other users (mode {Convert.ToString((int)mode, 8)}; accepted is 600)"
            : owned && FileOwner.IsSomebodyElse(file.SafeFileHandle) ? "belongs to another user" : null;
        if (wrong is null)
            return file;
        file.Dispose();
        throw refusal(wrong);
    }

    /// <summary>Writes beside, then moves into place: a reader finds the old content or the new, whatever happens.</summary>
    public static void Replace(string path, Action<Stream> write)
    {
        OpenFolder(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            using (var file = new FileStream(draft, Private(FileMode.CreateNew)))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Keeps other aicli processes out until it is disposed.</summary>
    /// <param name="busy">Makes the failure of a lock that stays taken.</param>
    public static async Task<IDisposable> LockAsync(
        string path, Func<IOException, CliFailure> busy, Patience patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        OpenFolder(Path.GetDirectoryName(path)!);
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, Private(FileMode.OpenOrCreate));
            }
            catch (IOException) when (clock.GetElapsedTime(began) < patience.CredentialLock)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellationToken);
            }
            catch (IOException fault)
            {
                throw busy(fault);
            }
        }
    }

    private static void OpenFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OwnerFolder);
        File.SetUnixFileMode(folder, OwnerFolder);
    }

    private static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
