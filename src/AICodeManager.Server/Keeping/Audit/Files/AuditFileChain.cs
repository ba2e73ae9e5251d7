using System.Buffers;
using System.Globalization;
using System.Text.Json;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit.Files;

/// <summary>
/// The chain in the files, for one writer: a file a day and 64 MiB, never appended to by a later process, so that a line torn by
/// a kill stays the last of its file. Where it is not certain what the disk has, the chain is left and another one opened.
/// </summary>
internal sealed class AuditFileChain(AuditNode node, ChainKeys keys, TimeProvider time) : IDisposable
{
    public const long MostBytes = 64 << 20;

    private readonly string folder = Path.Combine(node.Folder, node.Name);
    private ChainHead? head;
    private FileStream? file;
    private string day = "";
    private int part;

    /// <summary>What is synchronised. Read from anywhere.</summary>
    public ChainHead? Head => Volatile.Read(ref head);

    /// <summary>Writes all with one synchronisation; where it throws, nothing of it stands in a chain that is gone on with.</summary>
    public IReadOnlyList<FileTicket> Append(IReadOnlyList<IReadOnlyList<AuditEntry>> batches)
    {
        Turn();
        var (end, bytes) = (head!, new ArrayBufferWriter<byte>(4_096));
        List<FileTicket> tickets = [];
        if (end.Sequence == 0)
        {
            end = Add(bytes, end, Opening(end));
        }

        foreach (var entries in batches)
        {
            var first = end.Sequence + 1;
            foreach (var entry in entries)
            {
                end = Add(bytes, end, entry);
            }

            tickets.Add(new FileTicket(end, first, end.Sequence));
        }

        Write(bytes.WrittenSpan);
        Volatile.Write(ref head, end);
        return tickets;
    }

    /// <summary>The next entry opens another chain.</summary>
    public void Leave()
    {
        file?.Dispose();
        file = null;
        Volatile.Write(ref head, null);
    }

    public void Dispose() => Leave();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var before = file!.Length;
        try
        {
            file.Write(bytes);
        }
        catch (IOException)
        {
            try
            {
                file.SetLength(before); // a full disk: what was written of it goes, and the chain is where it was
                file.Seek(before, SeekOrigin.Begin);
            }
            catch (IOException)
            {
                Leave();
            }

            throw;
        }

        try
        {
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // What the disk has is not known, and asking again may say yes for what is lost.
            Leave();
            throw;
        }
    }

    // A new file each day and when one is full; a new chain where there is none.
    private void Turn()
    {
        var today = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (head is null)
        {
            (part, day) = (0, "");
            Volatile.Write(ref head, ChainHead.Start(Guid.CreateVersion7(time.GetUtcNow()).ToString("D"), keys.Current));
        }

        if (file is not null && day == today && file.Length < MostBytes)
        {
            return;
        }

        file?.Dispose();
        file = null;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        file = new FileStream(Path.Combine(folder, AuditFileName.Of(today, head!.ChainId, part + 1)), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0, UnixCreateMode = AuditNode.OwnersFile,
        });
        (day, part) = (today, part + 1);
    }

    private ChainHead Add(ArrayBufferWriter<byte> bytes, ChainHead end, AuditEntry entry)
    {
        var (placed, next) = ChainLink.Append(keys, end, entry);
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = WireJson.Options.Encoder }))
        {
            JsonSerializer.Serialize(json, placed, WireJson.Options);
        }

        bytes.Write("\n"u8);
        return next;
    }

    private AuditEntry Opening(ChainHead start) => AuditEntry.Of(
        RequestOrigin.System,
        new AuditEvent(ChainOpening.Name)
        {
            Details = new Dictionary<string, object?>
            {
                ["node"] = node.Name, ["root"] = start.Root, ["store"] = ChainRow.InFiles, [ChainOpening.Earlier] = AuditFileEnds.Of(folder).ToArray(),
            },
        }.On("chain", start.ChainId),
        time.GetUtcNow());
}
