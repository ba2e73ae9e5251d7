namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>What an endpoint asks of its caller. An endpoint without one of these cannot be reached.</summary>
/// <param name="Permission">Null: open to everybody. Empty: any signed-in caller. Else <c>resource:action</c>.</param>
public sealed record AccessRule(string? Permission);

/// <summary>How far the caller's permission for this endpoint reaches; queries narrow themselves by it.</summary>
public sealed record Grant(Reach Reach)
{
    /// <summary>For SQL: true where everybody's things may be touched.</summary>
    public bool All => Reach == Reach.Any;

    public static ValueTask<Grant?> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<Grant>());
}

/// <summary>The words with which rooms state their rules.</summary>
public static class AccessRules
{
    public static TBuilder OpenToAll<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(null));

    public static TBuilder NeedsSignIn<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(""));

    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, string permission) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(permission));
}
