using System.Text.Json;
using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Credentials;

/// <summary><c>aicli/credentials.json</c> in the user's configuration folder: folder 0700, file 0600, written atomically.</summary>
internal sealed class CredentialFile(string folder)
{
    private const int LargestFile = 256 * 1024;

    public string Path { get; } = System.IO.Path.Combine(folder, "credentials.json");

    /// <summary>Where the key for a server is kept.</summary>
    public DeviceKeyFile KeyFor(ServerAddress server) => new(System.IO.Path.Combine(folder, "keys"), server);

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
    public Task<IDisposable> LockAsync(Patience patience, TimeProvider clock, CancellationToken cancellationToken) =>
        PrivateFiles.LockAsync(
            Path + ".lock",
            fault => new CliFailure(
                ExitCode.Failed, $"The login in {Path} cannot be changed now, perhaps another aicli is at it; try again. ({fault.Message})"),
            patience, clock, cancellationToken);

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
        using var file = PrivateFiles.Open(Path, owned: false, wrong => new CliFailure(
            ExitCode.NotSignedIn,
            $"{Path} {wrong}, so the login in it may be known to others. Delete it and sign in again, or if nobody could have read it: "
            + "chmod 600."));
        if (file is null)
            return null;
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

    private void Write(CredentialDocument document) =>
        PrivateFiles.Replace(Path, file => JsonSerializer.Serialize(file, document, CliJson.Default.CredentialDocument));

    private CliFailure NotALogin() => new(
        ExitCode.NotSignedIn, $"{Path} does not hold a login that this aicli understands. Delete it and sign in again: aicli login");
}
