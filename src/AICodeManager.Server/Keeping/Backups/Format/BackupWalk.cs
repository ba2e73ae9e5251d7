using System.Security.Cryptography;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>
/// Goes through a whole backup: opens every part, gives every record to a sink, and compares counts and hashes with those at the
/// end of each table and file and at the end of all. Reads forward only.
/// </summary>
internal sealed class BackupWalk(IRecordSink sink)
{
    private readonly IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<TableTotal> totals = [];
    private (string Name, long Rows)? table;
    private (string Place, long Bytes)? file;
    private long files, fileBytes;

    /// <param name="from">At the beginning of the file.</param>
    /// <param name="opened">Called with the header, before anything else is read.</param>
    /// <param name="progress">Told of the bytes read.</param>
    /// <exception cref="BackupException">It is damaged; nothing that the sink was given may count.</exception>
    public static async Task<BackupTotals> RunAsync(
        Stream from, RootKeys roots, Func<BackupHeader, Task<IRecordSink>> opened, Action<long>? progress, CancellationToken cancel)
    {
        var keys = await BackupForm.ReadAsync(from, roots, cancel);
        var walk = new BackupWalk(await opened(keys.Header));
        using (walk.digest)
        {
            await using var records = new RecordReader(from, keys, cancel);
            var whole = false;
            while (await records.NextAsync(cancel) is var (kind, content))
            {
                whole = await walk.TakeAsync(kind, content, cancel);
                progress?.Invoke(records.Consumed);
            }

            return whole ? new BackupTotals(keys.Header, walk.totals, walk.files, walk.fileBytes) : throw Wrong("its last record is missing");
        }
    }

    /// <summary>True at the last record.</summary>
    private async Task<bool> TakeAsync(RecordKind kind, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        switch (kind)
        {
            case RecordKind.Table when table is null && file is null:
                var (name, columns) = ReadTable(content.Span);
                table = (name, 0);
                await sink.BeginTableAsync(name, columns, cancel);
                return false;
            case RecordKind.Rows when table is { } open:
                digest.AppendData(content.Span);
                table = open with { Rows = open.Rows + await sink.RowsAsync(content, cancel) };
                return false;
            case RecordKind.TableEnd when table is { } ending:
                totals.Add(ReadEnd(content.Span, ending));
                table = null;
                await sink.EndTableAsync(cancel);
                return false;
            case RecordKind.File when table is null && file is null:
                var entry = ReadFile(content.Span);
                file = (entry.Place, 0);
                await sink.BeginFileAsync(entry, cancel);
                return false;
            case RecordKind.Data when file is { } open:
                digest.AppendData(content.Span);
                file = open with { Bytes = open.Bytes + content.Length };
                await sink.DataAsync(content, cancel);
                return false;
            case RecordKind.FileEnd when file is { } ending:
                var (bytes, hash) = ReadTotal(content.Span);
                Require(bytes == ending.Bytes && hash.AsSpan().SequenceEqual(digest.GetHashAndReset()), $"a file of {ending.Place} is not what was written");
                (files, fileBytes, file) = (files + 1, fileBytes + bytes, null);
                await sink.EndFileAsync(cancel);
                return false;
            case RecordKind.End when table is null && file is null:
                Compare(content.Span);
                return true;
            default:
                throw Wrong("its records are in a wrong order");
        }
    }

    private TableTotal ReadEnd(ReadOnlySpan<byte> content, (string Name, long Rows) ending)
    {
        var (rows, hash) = ReadTotal(content);
        Require(rows == ending.Rows && hash.AsSpan().SequenceEqual(digest.GetHashAndReset()), $"the table {ending.Name} has {ending.Rows} rows where {rows} were written, or others");
        return new TableTotal(ending.Name, rows, hash);
    }

    private void Compare(ReadOnlySpan<byte> content)
    {
        var end = new RowCursor(content);
        var same = end.NextInteger() == totals.Count;
        foreach (var total in same ? totals : [])
        {
            same &= end.NextText() == total.Table && end.NextInteger() == total.Rows && end.NextBlob().SequenceEqual(total.Digest);
        }

        Require(same && end.NextInteger() == files && end.NextInteger() == fileBytes && end.AtEnd, "its tables or files are not those that were written");
    }

    private static (string Name, IReadOnlyList<string> Columns) ReadTable(ReadOnlySpan<byte> content)
    {
        var cursor = new RowCursor(content);
        var name = cursor.NextText();
        List<string> columns = [];
        while (!cursor.AtEnd)
        {
            columns.Add(cursor.NextText());
        }

        Require(columns.Count > 0, "a table has no columns");
        return (name, columns);
    }

    private static FileEntry ReadFile(ReadOnlySpan<byte> content)
    {
        var cursor = new RowCursor(content);
        return new FileEntry(cursor.NextText(), cursor.NextBlob().ToArray(), (EntryKind)cursor.NextInteger(), (int)cursor.NextInteger() & 0x1FF);
    }

    private static (long Count, byte[] Digest) ReadTotal(ReadOnlySpan<byte> content)
    {
        var cursor = new RowCursor(content);
        return (cursor.NextInteger(), cursor.NextBlob().ToArray());
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw Wrong(what);
        }
    }

    private static BackupException Wrong(string what) => new(
        BackupDamage.Inconsistent, $"The backup is genuine but not what was written: {what}. Report this with the server's version.");
}

/// <summary>What a whole and genuine backup holds.</summary>
internal sealed record BackupTotals(BackupHeader Header, IReadOnlyList<TableTotal> Tables, long Files, long FileBytes)
{
    public long Rows => Tables.Sum(table => table.Rows);
}
