using System.Collections.Concurrent;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>What the fields of each endpoint carry, gathered once from its metadata.</summary>
public sealed class EndpointFields
{
    // As many as there are routes: endpoints are made at start.
    private readonly ConcurrentDictionary<Endpoint, FieldKinds> known = new();

    public FieldKinds Of(Endpoint? endpoint) => endpoint is null ? FieldKinds.None : known.GetOrAdd(endpoint, FieldKinds.Of);
}
