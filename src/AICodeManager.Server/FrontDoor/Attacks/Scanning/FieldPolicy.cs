using AICodeManager.Server.FrontDoor.Attacks.Detection;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>
/// What a field of this one endpoint carries; a field that no policy names is <see cref="FieldKind.Text"/>. An exemption
/// belongs to an endpoint's field: a <c>prompt</c> that is sent to the sign-in is text like any other.
/// </summary>
/// <param name="Place">
/// A path of the JSON body (<c>prompt</c>, <c>source.url</c>; what stands within has the kind of what it stands in), <c>{name}</c> for a
/// value of the route, <c>?name</c> for one of the query. Compared as the binder does: exactly.
/// </param>
public sealed record FieldPolicy(string Place, FieldKind Kind)
{
    /// <summary>The place of a body that is one value: a file.</summary>
    public const string WholeBody = "*";
}

/// <summary>The words with which endpoints say what their fields carry.</summary>
public static class FieldRules
{
    /// <param name="places">As in <see cref="FieldPolicy.Place"/>.</param>
    public static TBuilder Carries<TBuilder>(this TBuilder endpoint, FieldKind kind, params ReadOnlySpan<string> places)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var place in places)
        {
            endpoint.WithMetadata(new FieldPolicy(place, kind));
        }

        return endpoint;
    }
}
