using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// The node's checkpoints outside of the database, a JSON line each, mode 0600, only ever appended to and synchronised: whoever
/// changes the database alone is found out by it.
/// </summary>
internal sealed class CheckpointFile(AuditNode node)
{
    private const int LongestLine = 4_096;

    public string Path { get; } = System.IO.Path.Combine(node.Folder, "checkpoints.jsonl");

    /// <summary>Behind whatever other processes of this installation append. A line that was torn by a killed one is ended first.</summary>
    public void Append(IReadOnlyList<AuditCheckpoint> checkpoints)
    {
        using var file = new FileStream(Path, new FileStreamOptions
        {
            Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0, UnixCreateMode = AuditNode.OwnersFile,
        });
        var text = string.Concat(checkpoints.Select(one => JsonSerializer.Serialize(one, WireJson.Options) + "\n"));
        var before = file.Length;
        try
        {
            file.Write(Encoding.UTF8.GetBytes(EndsInLine() ? text : "\n" + text));
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // A full disk: whole lines that the table will never have must not stay.
            file.SetLength(before);
            throw;
        }
    }

    /// <summary>Its lines in order; null for a line that is none. Nothing where there is no file.</summary>
    public async IAsyncEnumerable<(long Line, AuditCheckpoint? Checkpoint)> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        if (!File.Exists(Path))
        {
            yield break;
        }

        using var lines = new StreamReader(Path, Encoding.UTF8);
        for (var number = 1L; await lines.ReadLineAsync(cancel) is { } line; number++)
        {
            if (line.Length > 0)
            {
                yield return (number, Parse(line));
            }
        }
    }

    private static AuditCheckpoint? Parse(string line)
    {
        try
        {
            return line.Length > LongestLine ? null : JsonSerializer.Deserialize<AuditCheckpoint>(line, WireJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool EndsInLine()
    {
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length == 0)
        {
            return true;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }
}
