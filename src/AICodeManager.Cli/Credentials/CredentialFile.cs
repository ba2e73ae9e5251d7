using System.Text.Json;
using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Credentials;

/// <summary><c>aicli/credentials.json</c> in the user's configuration folder: folder 0700, file 0600, written atomically.</summary>
internal sealed class CredentialFile(string folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const int LargestFile = 256 * 1024;

    private const UnixFileMode AnyoneElse =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public string Path { get; } = System.IO.Path.Combine(folder, "credentials.json");

    /// <summary>$XDG_CONFIG_HOME/aicli, or ~/.config/aicli (%APPDATA%\aicli on Windows).</summary>
    public static CredentialFile Of(Func<string, string?> environment)
    {
        // The XDG specification has relative values ignored.
        if (environment("XDG_CONFIG_HOME") is { Length: > 0 } xdg && System.IO.Path.IsPathFullyQualified(xdg))
            return new CredentialFile(System.IO.Path.Combine(xdg, "aicli"));
        if (OperatingSystem.IsWindows() && environment("APPDATA") is { Length: > 0 } roaming)
            return new CredentialFile(System.IO.Path.Combine(roaming, "aicli"));
        if (environment("HOME") is { Length: > 0 } home)
            return new CredentialFile(System.IO.Path.Combine(home, ".config", "aicli"));
        throw CliFailure.Usage(
            "There is no folder to keep a login in: HOME and XDG_CONFIG_HOME are not set; set one to an absolute path.");
    }

    /// <summary>The saved login; null where there is none.</summary>
    /// <exception cref="CliFailure">Others may read the file, or it is not a login.</exception>
    public SavedLogin? Load() => Read()?.ToLogin();

    /// <summary>What an account knows this device as; null where it does not, or the file cannot be trusted.</summary>
    public Secret? DeviceFor(ServerAddress server, string email) =>
        Devices().FirstOrDefault(one => one.IsFor(server, email))?.Token;

    /// <summary>Keeps a login, and what is known of devices; the caller holds the lock.</summary>
    /// <param name="device">What the account knows this device as from now on; null leaves it as it is.</param>
    public void Save(SavedLogin login, KnownDevice? device = null) =>
        Write(CredentialDocument.Of(
            login, device is null ? Devices() : Devices().Where(one => !one.IsFor(device.Server, device.Email)).Prepend(device)));

    /// <summary>Forgets the login, not the device; the caller holds the lock.</summary>
    public void Forget()
    {
        if (Devices() is { Count: > 0 } devices)
            Write(CredentialDocument.Of(null, devices));
        else
            File.Delete(Path);
    }

    /// <summary>Keeps other aicli processes from changing the login meanwhile.</summary>
    /// <remarks>
    /// A refresh token works once, and a second use ends the whole login: two processes must not spend it together, and one that
    /// refreshes an old login must not write it over a new one.
    /// </remarks>
    public async Task<IDisposable> LockAsync(Patience patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        OpenFolder();
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path + ".lock", Private(FileMode.OpenOrCreate));
            }
            catch (IOException) when (clock.GetElapsedTime(began) < patience.CredentialLock)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellationToken);
            }
            catch (IOException fault)
            {
                throw new CliFailure(
                    ExitCode.Failed, $"The login in {Path} cannot be changed now, perhaps another aicli is at it; try again. ({fault.Message})");
            }
        }
    }

    // A file that others could read or that is broken is replaced by the next sign-in: what it says of devices goes with it.
    private IReadOnlyList<KnownDevice> Devices()
    {
        try
        {
            return Read()?.ToDevices() ?? [];
        }
        catch (CliFailure)
        {
            return [];
        }
    }

    private CredentialDocument? Read()
    {
        FileStream file;
        try
        {
            file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        using (file)
        {
            // Asked of the open file, not of its name: the name could point elsewhere a moment later.
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file.SafeFileHandle) is var mode && (mode & AnyoneElse) != 0)
                throw new CliFailure(
                    ExitCode.NotSignedIn,
                    $"{Path} is open to other users (mode {Convert.ToString((int)mode, 8)}; accepted is 600), so the login in it "
                    + "may be known to them. Delete it and sign in again, or if nobody could have read it: chmod 600.");
            if (file.Length > LargestFile)
                throw NotALogin();
            try
            {
                var document = JsonSerializer.Deserialize(file, CliJson.Default.CredentialDocument);
                return document is { Server: null, AccessToken: null, Devices: not null } || document?.ToLogin() is not null
                    ? document
                    : throw NotALogin();
            }
            catch (JsonException)
            {
                throw NotALogin();
            }
        }
    }

    private void Write(CredentialDocument document)
    {
        OpenFolder();
        var draft = $"{Path}.{Guid.NewGuid():n}.new";
        try
        {
            using (var file = new FileStream(draft, Private(FileMode.CreateNew)))
            {
                JsonSerializer.Serialize(file, document, CliJson.Default.CredentialDocument);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, Path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private void OpenFolder()
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

    private CliFailure NotALogin() => new(
        ExitCode.NotSignedIn, $"{Path} does not hold a login that this aicli understands. Delete it and sign in again: aicli login");
}
