using AICodeManager.Signatures.Messages;

namespace AICodeManager.Tests.Signatures.Verifying;

/// <summary>A request that allocates nothing when it is asked, as a server's does not.</summary>
internal sealed class FrozenRequest : IRequestMessage
{
    private readonly Dictionary<string, string[]> fields = [];

    public FrozenRequest(WireRequest request)
    {
        (Method, Scheme, Authority, Target, HasContent) = (request.Method, request.Scheme, request.Authority, request.Target, request.HasContent);
        foreach (var name in request.Names)
        {
            fields[name] = [.. Enumerable.Range(0, request.Lines(name)).Select(i => request.Line(name, i))];
        }
    }

    public string Method { get; }

    public string Scheme { get; }

    public string Authority { get; }

    public string Target { get; }

    public bool HasContent { get; }

    public int Lines(string field) => fields.TryGetValue(field, out var lines) ? lines.Length : 0;

    public string Line(string field, int index) => fields[field][index];
}
