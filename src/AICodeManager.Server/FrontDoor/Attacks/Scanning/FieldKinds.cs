using AICodeManager.Server.FrontDoor.Attacks.Detection;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>The policies of one endpoint, as the scanner asks for them.</summary>
public sealed class FieldKinds(IReadOnlyList<FieldPolicy> policies)
{
    /// <summary>Of an endpoint that names none: everything is text.</summary>
    public static readonly FieldKinds None = new([]);

    private readonly FieldPolicy[] policies = [.. policies];

    /// <summary>Those that the endpoint's metadata carry.</summary>
    public static FieldKinds Of(Endpoint? endpoint) =>
        endpoint?.Metadata.GetOrderedMetadata<FieldPolicy>() is { Count: > 0 } named ? new(named) : None;

    /// <summary>Of a field of the JSON body.</summary>
    public FieldKind OfBody(ReadOnlySpan<char> path) => Find(path, null, null);

    /// <summary>Of a value of the route.</summary>
    public FieldKind OfRoute(ReadOnlySpan<char> name) => Find(name, '{', '}');

    /// <summary>Of a value of the query.</summary>
    public FieldKind OfQuery(ReadOnlySpan<char> name) => Find(name, '?', null);

    private FieldKind Find(ReadOnlySpan<char> name, char? first, char? last)
    {
        foreach (var (place, kind) in policies)
        {
            var inner = place.AsSpan();
            if (first is { } head)
            {
                if (inner[0] != head)
                    continue;
                inner = inner[1..];
            }

            if (last is not null)
                inner = inner[..^1];
            if (inner.SequenceEqual(name))
                return kind;
        }

        return FieldKind.Text;
    }
}
