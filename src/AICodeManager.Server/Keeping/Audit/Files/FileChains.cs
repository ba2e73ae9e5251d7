using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit.Files;

/// <summary>The chains in this node's files, to be verified as those in the table are.</summary>
internal sealed class FileChains(AuditNode node)
{
    private readonly ILookup<string, AuditFileName> files =
        AuditFileName.In(Path.Combine(node.Folder, node.Name)).ToLookup(file => file.ChainId, StringComparer.Ordinal);

    /// <summary>By the openings of the chains; what those say of earlier chains become claims where they are genuine.</summary>
    public async Task GatherAsync(ChainKeys keys, ChainClaims claims, CancellationToken cancel)
    {
        foreach (var chain in files.Select(group => group.Key))
        {
            if (await OpeningAsync(chain, cancel) is { Details: { } text } opening && RootOf(text) is { } root
                && keys.Has(root) && ChainLink.Fits(keys, ChainHead.Start(chain, root), opening, opening.Link))
            {
                using var details = JsonDocument.Parse(text);
                foreach (var line in details.RootElement.GetProperty(ChainOpening.Earlier).EnumerateArray())
                {
                    if (ChainOpening.Read(line.GetString()!) is var (earlier, sequence, link))
                    {
                        claims.Add(earlier, sequence, link, $"the later chain {chain}");
                    }
                }
            }
        }
    }

    /// <summary>Chains that no transaction registered: a process was killed before its first one was kept.</summary>
    public async Task<IReadOnlyList<ChainRow>> UnregisteredAsync(HashSet<string> registered, Findings findings, CancellationToken cancel)
    {
        List<ChainRow> rows = [];
        foreach (var chain in files.Select(group => group.Key).Where(chain => !registered.Contains(chain)))
        {
            if (!files[chain].SelectMany(file => BackwardLines.Read(file.Path)).Any())
            {
                findings.Note($"The file of chain {chain} has no whole line: its process was killed, or the disk was full, before anybody was told that anything was kept.");
                continue;
            }

            var opening = await OpeningAsync(chain, cancel);
            rows.Add(new ChainRow
            {
                Id = chain, Node = node.Name, Store = ChainRow.InFiles, Root = opening?.Details is { } details ? RootOf(details) ?? "" : "",
            });
        }

        return rows;
    }

    /// <summary>Paths of a chain's files, the first one first.</summary>
    public IReadOnlyList<string> FilesOf(string chain) => [.. files[chain].OrderBy(file => file.Part).Select(file => file.Path)];

    /// <summary>The entries of a chain in the order of its files. A last line that a kill has torn is noted, any other is a fault.</summary>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(
        string chain, long from, CutMark? mark, Findings findings, [EnumeratorCancellation] CancellationToken cancel)
    {
        AuditFileName[] parts = [.. files[chain].OrderBy(file => file.Part)];
        for (var i = 0; i < parts.Length; i++)
        {
            var name = Path.GetFileName(parts[i].Path);
            using var lines = new StreamReader(new FileStream(parts[i].Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.UTF8);
            var number = 0L;
            for (var line = await lines.ReadLineAsync(cancel); line is not null;)
            {
                number++;
                var next = await lines.ReadLineAsync(cancel);
                if (AuditFileLine.Parse(line) is { } entry)
                {
                    // Files that retention could not remove yet stand before its mark.
                    if (entry.ChainId == chain && entry.Sequence >= from && !(entry.Sequence <= mark?.Sequence))
                    {
                        yield return entry;
                    }
                    else if (entry.ChainId != chain)
                    {
                        throw new FormatException($"line {number} of {name} is of another chain");
                    }
                }
                else if (next is null && i == parts.Length - 1 && !EndsInLine(parts[i].Path))
                {
                    findings.Note($"The last line of {name} is torn: its process was killed while it wrote, and nobody was told that it was kept.");
                }
                else
                {
                    throw new FormatException($"line {number} of {name} is no entry");
                }

                line = next;
            }
        }
    }

    internal static bool EndsInLine(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length == 0)
        {
            return true;
        }

        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private static string? RootOf(string details)
    {
        using var document = JsonDocument.Parse(details);
        return document.RootElement.TryGetProperty("root", out var root) ? root.GetString() : null;
    }

    private async Task<AuditEntry?> OpeningAsync(string chain, CancellationToken cancel)
    {
        if (files[chain].FirstOrDefault(file => file.Part == 1) is not { } first)
        {
            return null;
        }

        using var lines = new StreamReader(new FileStream(first.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.UTF8);
        return await lines.ReadLineAsync(cancel) is { } line && AuditFileLine.Parse(line) is { Sequence: 1, Name: ChainOpening.Name } opening ? opening : null;
    }
}
