using System.Security.Cryptography;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Keeping.Backups.Copies;
using AICodeManager.Server.Keeping.Backups.Format;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>Puts files into a backup: the configuration as it was given, and working copies.</summary>
public sealed class FileCopier(Settings settings)
{
    /// <summary>The place of <c>config.yml</c> within a backup.</summary>
    internal const string Configuration = "configuration";

    private const int PartBytes = 128 * 1024;

    /// <summary>The configuration file. Neither the environment nor generated secrets are in a backup.</summary>
    internal async Task ConfigurationAsync(RecordWriter records, CancellationToken cancel)
    {
        if (settings.Host.ConfigFile is { } path && File.Exists(path))
        {
            await using var file = BackupFolder.Open(path);
            await AddAsync(records, new FileEntry(Configuration, "config.yml"u8.ToArray(), EntryKind.File, 0x180), file, cancel);
        }
    }

    /// <summary>Every project's working copy and Git folder.</summary>
    internal async Task WorkingCopiesAsync(RecordWriter records, IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        var root = Path.Combine(Path.GetFullPath(settings.Host.DataFolder), "projects");
        var done = 0L;
        foreach (var project in Directory.Exists(root) ? Directory.GetDirectories(root).Order(StringComparer.Ordinal).ToArray() : [])
        {
            var id = Path.GetFileName(project);
            foreach (var part in (string[])["work", "git"])
            {
                if (Guid.TryParseExact(id, "D", out _) && Directory.Exists(Path.Combine(project, part)))
                {
                    var before = done;
                    var copy = new CopyReader(records, $"{id}/{part}", bytes => progress?.Report(new BackupProgress("files", done = before + bytes, 0, id)));
                    await copy.CopyAsync(Path.Combine(project, part), cancel);
                }
            }
        }
    }

    /// <param name="most">Bytes of content that are taken at the most.</param>
    internal static async Task AddAsync(RecordWriter records, FileEntry entry, Stream content, CancellationToken cancel, long most = long.MaxValue)
    {
        var begin = new RowBuffer();
        begin.Name(entry.Place);
        begin.Blob(entry.Path);
        begin.Integer((long)entry.Kind);
        begin.Integer(entry.Mode);
        await records.WriteAsync(RecordKind.File, begin.Filled, cancel);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, bytes) = (new byte[PartBytes], 0L);
        while (bytes < most)
        {
            var wanted = buffer.AsMemory(0, (int)Math.Min(buffer.Length, most - bytes));
            if (await content.ReadAtLeastAsync(wanted, wanted.Length, throwOnEndOfStream: false, cancel) is not (> 0 and var read))
            {
                break;
            }

            digest.AppendData(buffer.AsSpan(0, read));
            await records.WriteAsync(RecordKind.Data, buffer.AsMemory(0, read), cancel);
            bytes += read;
        }

        var end = new RowBuffer();
        end.Integer(bytes);
        end.Blob(digest.GetHashAndReset());
        await records.WriteAsync(RecordKind.FileEnd, end.Filled, cancel);
        records.AddFile(bytes);
    }
}
