using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AICodeManager.Server.Ground.Configuration;

/// <summary>
/// The folder in which secrets that nobody gave are kept: mode 0700, one file of mode 0600 for each. A file that
/// others could have read or put there is refused, never used.
/// </summary>
/// <param name="path">The folder; it is made with the first secret.</param>
public sealed class SecretsFolder(string path)
{
    /// <summary>Characters of the shortest secret that is used.</summary>
    public const int MinLength = 32;

    private const int MaxLength = 4096;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>48 random bytes in base64url: 64 characters.</summary>
    public static Secret NewSecret() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48)));

    /// <summary>The absolute path of a secret's file.</summary>
    public string PathOf(string name) => Path.Combine(path, name);

    /// <summary>A secret that was kept earlier; null where there is none.</summary>
    /// <exception cref="SecretsFolderException">It is a link, open to others, too short, or cannot be read.</exception>
    public Secret? Find(string name)
    {
        var file = PathOf(name);
        try
        {
            if (!Path.Exists(file) && new FileInfo(file).LinkTarget is null)
                return null;
            RequirePrivateFolder();
            if (new FileInfo(file).LinkTarget is not null)
                throw new SecretsFolderException($"{file} is a symbolic link; remove it");
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != 0)
                throw new SecretsFolderException($"{file} can be read or changed by other users; replace the secret, or run chmod 600 if nobody read it");
            var buffer = new byte[MaxLength];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            var text = Encoding.ASCII.GetString(buffer, 0, length).Trim();
            if (text.Length < MinLength)
                throw new SecretsFolderException($"{file} holds fewer than {MinLength} characters; remove it to have a new secret made");
            return new Secret(text);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SecretsFolderException($"{file} cannot be read by this user");
        }
    }

    /// <summary>Keeps a new secret. Where another process was first, its secret stays: read it by <see cref="Find"/>.</summary>
    /// <exception cref="SecretsFolderException">The folder is open to others or cannot be written.</exception>
    public void Create(string name)
    {
        try
        {
            CreateFolder();
            RequirePrivateFolder();
            Write(PathOf(name), NewSecret());
        }
        catch (IOException) when (Path.Exists(PathOf(name)))
        {
            // Another process was first; its secret is the one to use.
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SecretsFolderException($"{PathOf(name)} cannot be written by this user");
        }
    }

    private static void Write(string file, Secret secret)
    {
        // CreateNew is O_CREAT | O_EXCL: of two processes that start together one makes the file, and a link that was
        // planted in its place is not followed.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        stream.Write(Encoding.ASCII.GetBytes(secret.Reveal()));
        stream.Flush(flushToDisk: true);
    }

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void RequirePrivateFolder()
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            throw new SecretsFolderException($"{path} is open to other users; run chmod 700 on it");
    }
}
