namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>What an endpoint asks of its caller. An endpoint without one of these cannot be reached.</summary>
/// <param name="Permission">Null: open to everybody. Empty: any signed-in caller. Else <c>resource:action</c>.</param>
/// <param name="Least">Where the route names something of a workspace: the membership without which a permission does not help.</param>
public sealed record AccessRule(string? Permission, Membership Least = Membership.Owner)
{
    /// <summary>A rule that asks for a permission.</summary>
    /// <exception cref="ArgumentException">It is not <c>resource:action</c>.</exception>
    public static AccessRule For(string permission, Membership? least = null)
    {
        if (!Access.Permission.IsNeedable(permission))
        {
            throw new ArgumentException($"'{permission}' cannot be needed: a route names one resource:action in lower case.", nameof(permission));
        }

        return new(permission, least ?? (permission.EndsWith(":read", StringComparison.Ordinal) ? Membership.Viewer : Membership.Owner));
    }
}

/// <summary>The words with which rooms state their rules.</summary>
public static class AccessRules
{
    public static TBuilder OpenToAll<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(null));

    public static TBuilder NeedsSignIn<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new AccessRule(""));

    /// <summary>Needs a permission of the caller's role and, within a workspace, a membership.</summary>
    /// <param name="least">Left out: a viewer's where the action is <c>read</c>, else an owner's, so that a forgotten one lets too few in.</param>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, string permission, Membership? least = null)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(AccessRule.For(permission, least));
}
