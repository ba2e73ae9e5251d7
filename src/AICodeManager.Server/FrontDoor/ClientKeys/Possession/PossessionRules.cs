using AICodeManager.Server.FrontDoor.ClientKeys.Signed;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Possession;

/// <summary>The words with which endpoints that take a proof say so.</summary>
public static class PossessionRules
{
    public static TBuilder TakesPossessionProof<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new TakesPossessionProof());
}
