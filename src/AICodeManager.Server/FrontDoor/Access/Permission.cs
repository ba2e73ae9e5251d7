namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>How far a role's permission reaches.</summary>
public enum Reach
{
    None,

    /// <summary>Things the caller owns or is a member of.</summary>
    Own,

    /// <summary>Everybody's.</summary>
    Any,
}

/// <summary>
/// Judges <c>resource:action</c> against a role's permissions (guide, RBAC). Only a wildcard over all actions without
/// <c>:own</c> (the administrator's <c>workspace:*</c>) reaches what belongs to others; everything else stays within
/// ownership and membership (spec A6, docs/decisions/0005).
/// </summary>
public static class Permission
{
    public static Reach Judge(IEnumerable<string> granted, string needed)
    {
        var reach = Reach.None;
        var (resource, action) = Split(needed);
        foreach (var permission in granted)
        {
            var parts = permission.Split(':');
            var own = parts is [.., "own"];
            var matches = parts switch
            {
                ["*"] => true,
                [var r, ..] when r != resource && r != "*" => false,
                [_, "*", ..] => true,
                [_, var a, ..] => a == action,
                _ => false,
            };
            if (matches)
            {
                var all = !own && (parts is ["*"] || parts is [_, "*"]);
                reach = all ? Reach.Any : reach == Reach.Any ? reach : Reach.Own;
            }
        }

        return reach;
    }

    private static (string Resource, string Action) Split(string needed)
    {
        var colon = needed.IndexOf(':', StringComparison.Ordinal);
        return (needed[..colon], needed[(colon + 1)..]);
    }
}
