using System.Globalization;
using System.Text.RegularExpressions;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>
/// Reads events from this node's files (<c>audit.storage: file</c>), file by file: the order is that of the files' names, day by
/// day and within a day process by process, and within a file that of the commits. A cursor is a file's name and a place in it.
/// </summary>
/// <param name="folder">Where this node's files are.</param>
public sealed partial class FileAuditSource(string folder) : IAuditSource
{
    /// <summary>Bytes that are looked through for one slice.</summary>
    private const long MostBytes = 64 << 20;

    /// <summary>Behind the end of every file, and no more digits than a cursor has.</summary>
    private const long Behind = 999_999_999_999_999;

    // An event that waited for its writing stands in the file of a later day than it happened on.
    private static readonly TimeSpan Latest = TimeSpan.FromDays(7);

    public string AcceptedCursor => "what next of a page says";

    public bool IsCursor(string text) => CursorForm().IsMatch(text);

    public async Task<AuditSlice> NextAsync(AuditFilter filter, string? cursor, bool oldestFirst, int take, CancellationToken cancel)
    {
        var (from, place) = Split(cursor);
        var files = Files(filter).Where(file => from is null || (oldestFirst ? string.CompareOrdinal(file, from) >= 0 : string.CompareOrdinal(file, from) <= 0));
        List<AuditEntry> found = [];
        var looked = 0L;
        foreach (var file in oldestFirst ? files : files.Reverse())
        {
            var begun = file == from ? place : (long?)null;
            var (next, bytes) = oldestFirst
                ? await ForwardAsync(file, begun ?? 0, filter, found, take, cancel)
                : await BackwardAsync(file, begun ?? Behind, filter, found, take, cancel);
            if (next is not null)
                return new(found, $"{file}:{next}");
            looked += bytes;
            if (looked >= MostBytes)
                return new(found, $"{file}:{(oldestFirst ? Behind : 0)}");
        }

        return new(found, null);
    }

    public async Task<AuditCount> CountAsync(AuditFilter filter, long most, CancellationToken cancel)
    {
        var (count, looked) = (0L, 0L);
        foreach (var file in Files(filter).AsEnumerable().Reverse())
        {
            await foreach (var line in AuditFileLines.ReadAsync(Path.Combine(folder, file), 0, cancel))
            {
                if (line.Entry is { } entry && filter.Matches(entry) && ++count > most)
                    return new(most, true);
                looked += line.End - line.Start;
            }

            if (looked >= MostBytes)
                return new(count, true);
        }

        return new(count, false);
    }

    private async Task<(long? Next, long Bytes)> ForwardAsync(string file, long start, AuditFilter filter, List<AuditEntry> found, int take, CancellationToken cancel)
    {
        var bytes = 0L;
        await foreach (var line in AuditFileLines.ReadAsync(Path.Combine(folder, file), start, cancel))
        {
            bytes += line.End - line.Start;
            if (line.Entry is not { } entry || !filter.Matches(entry))
                continue;
            if (found.Count == take)
                return (line.Start, bytes);
            found.Add(entry);
        }

        return (null, bytes);
    }

    // Read from its beginning, for lines have no way back: a file has 64 MiB at most.
    private async Task<(long? Next, long Bytes)> BackwardAsync(string file, long before, AuditFilter filter, List<AuditEntry> found, int take, CancellationToken cancel)
    {
        var room = take - found.Count;
        var last = new Queue<(long Start, AuditEntry Entry)>();
        var (bytes, more) = (0L, false);
        await foreach (var line in AuditFileLines.ReadAsync(Path.Combine(folder, file), 0, cancel))
        {
            if (line.Start >= before)
                break;
            bytes += line.End - line.Start;
            if (line.Entry is not { } entry || !filter.Matches(entry))
                continue;
            last.Enqueue((line.Start, entry));
            if (last.Count > room)
            {
                last.Dequeue();
                more = true;
            }
        }

        var first = last.TryPeek(out var oldest) ? oldest.Start : before;
        found.AddRange(last.Reverse().Select(one => one.Entry));
        return (more ? first : null, bytes);
    }

    private List<string> Files(AuditFilter filter)
    {
        if (!Directory.Exists(folder))
            return [];
        var from = filter.From is { } first ? Day(first) : null;
        var to = filter.To is { } last && last < DateTimeOffset.MaxValue - Latest ? Day(last + Latest) : null;
        return
        [
            .. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(name => NameForm().IsMatch(name))
                .Where(name => (from is null || string.CompareOrdinal(name[..10], from) >= 0) && (to is null || string.CompareOrdinal(name[..10], to) <= 0))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // The name is compared with those that are there, and never opened as it came.
    private static (string? File, long Place) Split(string? cursor) => cursor?.LastIndexOf(':') is not { } colon ? (null, 0)
        : (cursor[..colon], long.Parse(cursor[(colon + 1)..], CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9a-f-]{36}\.[0-9]{6}\.jsonl\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9a-f-]{36}\.[0-9]{6}\.jsonl:[0-9]{1,15}\z")]
    private static partial Regex CursorForm();
}
