namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>On an endpoint whose requests are neither limited nor counted: probes and scrapers of the operator's own.</summary>
public sealed record Unlimited;

/// <summary>The word with which rooms say it.</summary>
public static class UnlimitedRoutes
{
    public static TBuilder Unlimited<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Unlimited());
}
