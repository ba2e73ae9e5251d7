using AICodeManager.Signatures.Messages;

namespace AICodeManager.Bench.Signed;

/// <summary>A request in memory, with the fields that it was given.</summary>
internal sealed class MemoryRequest(string method, Uri address) : IRequestMessage
{
    private readonly Dictionary<string, string> fields = new() { ["host"] = address.Authority };

    public string Method => method;

    public string Scheme { get; } = address.Scheme;

    public string Authority { get; } = address.Authority;

    public string Target { get; } = address.PathAndQuery;

    public bool HasContent { get; init; }

    public IReadOnlyDictionary<string, string> Fields => fields;

    public void Add(string field, string value) => fields.Add(field, value);

    public int Lines(string field) => fields.ContainsKey(field) ? 1 : 0;

    public string Line(string field, int index) => fields[field];
}
