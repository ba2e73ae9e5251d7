using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace AICodeManager.Bench.Detection;

/// <summary>One request of a corpus, and what is known of it.</summary>
/// <param name="Placement">Where in the request the attack stands; of honest requests, whether the field is scanned or carries code.</param>
/// <param name="Tier"><c>strong</c> counts; <c>weak</c> and <c>review</c> are shown apart or left out.</param>
internal sealed record CorpusRow(
    string Id, string Class, string Source, string Path, string Query, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body,
    bool IsAttack, string Placement, string Tier)
{
    public string? Header(string name) => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Reads <c>attack.jsonl.gz</c> and <c>benign.jsonl.gz</c> of a folder.</summary>
    /// <exception cref="BenchException">One of the files is not there.</exception>
    public static async Task<IReadOnlyList<CorpusRow>> ReadAsync(string folder, CancellationToken cancel)
    {
        var rows = new List<CorpusRow>();
        foreach (var file in (string[])["attack.jsonl.gz", "benign.jsonl.gz"])
        {
            var path = System.IO.Path.Combine(folder, file);
            if (!File.Exists(path))
                throw new BenchException($"{path} is not there: name the folder of the corpora, or set AICLI_ATTACKS");
            await using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var lines = new StreamReader(packed, Encoding.UTF8);
            while (await lines.ReadLineAsync(cancel) is { } line)
                rows.Add(Parse(JsonElement.Parse(line)));
        }

        return rows;
    }

    private static CorpusRow Parse(JsonElement row)
    {
        string Text(string name) => row.GetProperty(name).GetString() ?? "";
        return new(
            Text("id"), Text("class"), Text("source"), Text("path"), Text("query"),
            [.. row.GetProperty("headers").EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.GetString() ?? ""))],
            Encoding.UTF8.GetBytes(Text("body")), Text("label") == "attack", Text("placement"), Text("tier"));
    }
}
