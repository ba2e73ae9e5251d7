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

    /// <summary>Whether the body is no document with fields, but code or a secret itself.</summary>
    public bool BodyIsExempt { get; } = policies.Any(p => p is { Place: FieldPolicy.WholeBody, Kind: FieldKind.Code or FieldKind.Secret });

    /// <summary>Of a field of the body, or of what stands within it.</summary>
    public FieldKind OfBody(ReadOnlySpan<char> path)
    {
        foreach (var (place, kind) in policies)
        {
            if (path.StartsWith(place) && (path.Length == place.Length || path[place.Length] == '.'))
                return kind;
        }

        return FieldKind.Text;
    }

    /// <summary>Of a value of the route.</summary>
    public FieldKind OfRoute(ReadOnlySpan<char> name)
    {
        foreach (var (place, kind) in policies)
        {
            if (place is ['{', .., '}'] && name.SequenceEqual(place.AsSpan(1, place.Length - 2)))
                return kind;
        }

        return FieldKind.Text;
    }

    /// <summary>Of a value of the query.</summary>
    public FieldKind OfQuery(ReadOnlySpan<char> name)
    {
        foreach (var (place, kind) in policies)
        {
            if (place is ['?', ..] && name.SequenceEqual(place.AsSpan(1)))
                return kind;
        }

        return FieldKind.Text;
    }
}
