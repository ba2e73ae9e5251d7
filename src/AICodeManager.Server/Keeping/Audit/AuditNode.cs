using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Where this installation keeps what the audit has outside of the database, and the name that its chains carry: the host's
/// name and eight digits, made once for a data folder.
/// </summary>
/// <param name="Folder">Absolute path, mode 0700; made when it is first written to.</param>
public sealed record AuditNode(string Name, string Folder)
{
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Files of the audit are for the account of the server alone.</summary>
    internal const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static AuditNode Of(Settings settings) => Of(Path.Combine(settings.Host.DataFolder, "audit"));

    internal static AuditNode Of(string folder)
    {
        Directory.CreateDirectory(folder, OwnersFolder);
        var file = Path.Combine(folder, "node");
        try
        {
            using var made = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnersFile,
            });
            made.Write(Encoding.ASCII.GetBytes(NewName()));
        }
        catch (IOException) when (File.Exists(file))
        {
            // Made by an earlier run, or by another process in this moment.
        }

        var name = File.ReadAllText(file).Trim();
        return new AuditNode(IsName(name) ? name : "unnamed", folder);
    }

    private static string NewName()
    {
        var host = string.Concat(Environment.MachineName.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(40));
        return $"{(host.Length == 0 ? "node" : host)}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    }

    // It becomes the name of a folder.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= 60 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
