using System.Globalization;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Keeping.Checks.Readings;

/// <summary>What the machine and its files tell. Read before the database is opened, which sets the folder's mode.</summary>
public sealed record HostReading
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public required bool IsRoot { get; init; }

    /// <summary>Descriptors that this process may have open; null where nobody says.</summary>
    public required long? OpenFiles { get; init; }

    /// <summary>Bytes free to this user, and in all, where the data folder lies.</summary>
    public required (long Free, long Total) Disk { get; init; }

    /// <summary>Files and folders of ours that other users may read, enter or write, as <c>path (mode)</c>.</summary>
    public required IReadOnlyList<string> OpenToOthers { get; init; }

    /// <summary>How many were looked at.</summary>
    public required int Looked { get; init; }

    /// <summary>Whether the kernel enforces AppArmor profiles.</summary>
    public required bool AppArmor { get; init; }

    /// <summary>When the database of places was made; null where there is none.</summary>
    public required DateTimeOffset? PlacesMadeAt { get; init; }

    /// <summary>Whether <c>AICLI_ADMIN_PASSWORD</c> is still set.</summary>
    public required bool AdminPasswordSet { get; init; }

    /// <param name="configFile">The configuration file that was read; null where there was none or nobody knows.</param>
    public static HostReading Read(Settings settings, string? configFile)
    {
        var data = settings.Host.DataFolder;
        var secrets = Path.Combine(data, "secrets");
        string[] ours =
        [
            data, secrets, .. settings.Database.Backup.Folder is { } backups ? [backups] : Array.Empty<string>(), .. Directory.Exists(secrets) ? Directory.GetFiles(secrets) : [],
            .. settings.Security.Tls.KeyFile is { } key ? [key] : Array.Empty<string>(),
            .. configFile is null ? [] : Open(configFile),
        ];
        string[] there = [.. ours.Where(Path.Exists)];
        return new()
        {
            IsRoot = StatusOf("Uid:") is ['0', ..],
            OpenFiles = LimitOf("Max open files"),
            Disk = DiskOf(data),
            OpenToOthers = [.. there.Where(IsOpen).Select(path => $"{path} ({Octal(path)})")],
            Looked = there.Length,
            AppArmor = File.Exists("/sys/module/apparmor/parameters/enabled")
                && File.ReadAllText("/sys/module/apparmor/parameters/enabled").StartsWith('Y'),
            PlacesMadeAt = settings.Host.GeoIpDatabase is { } places && File.Exists(places) ? File.GetLastWriteTimeUtc(places) : null,
            AdminPasswordSet = settings.Host.AdminPassword is not null,
        };
    }

    // A configuration file may be read by others as long as it holds no secret: values like ${NAME} are none.
    private static string[] Open(string file) =>
        File.ReadLines(file).Any(line => SecretKeys.Any(key => line.Contains(key, StringComparison.Ordinal)) && !line.Contains("${", StringComparison.Ordinal)
            && line.Split(':', 2) is [_, var value] && value.Trim().Trim('"', '\'').Length > 0 && !line.TrimStart().StartsWith('#'))
            ? [file]
            : [];

    private static readonly string[] SecretKeys = ["secret_key:", "client_secret:", "password:", "webhook_url:", "  secret:", "  key:"];

    private static bool IsOpen(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;

    private static string Octal(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(4, '0');

    private static (long Free, long Total) DiskOf(string folder)
    {
        var disk = new DriveInfo(Directory.Exists(folder) ? folder : Path.GetPathRoot(Path.GetFullPath(folder))!);
        return (disk.AvailableFreeSpace, disk.TotalSize);
    }

    // Effective user id: the second number.
    private static string? StatusOf(string name) => File.Exists("/proc/self/status")
        ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(2)
        : null;

    private static long? LimitOf(string name) => File.Exists("/proc/self/limits")
        && File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
        && line[name.Length..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
        ? soft == "unlimited" ? long.MaxValue : long.Parse(soft, CultureInfo.InvariantCulture)
        : null;
}
