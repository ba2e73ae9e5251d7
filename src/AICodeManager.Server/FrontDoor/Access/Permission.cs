using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Access;

/// <summary>How far a role's permission reaches.</summary>
public enum Reach
{
    None,

    /// <summary>Things the caller is a member of.</summary>
    Own,

    /// <summary>Everybody's.</summary>
    Any,
}

/// <summary>
/// Judges <c>resource:action</c> against a role's permissions (guide, RBAC): <c>*</c>, <c>resource:action</c> or
/// <c>resource:action:own</c>, where <c>*</c> stands for any resource or any action, never for a part of a word. Only a
/// wildcard over all actions without <c>:own</c> (the administrator's <c>workspace:*</c>) reaches what belongs to
/// others; everything else stays within membership (spec A6, docs/decisions/0005). What has another form allows nothing.
/// </summary>
public static class Permission
{
    private static readonly SearchValues<char> WordCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The widest that any of the granted permissions reaches.</summary>
    /// <param name="needed">One <c>resource:action</c>.</param>
    public static Reach Judge(IEnumerable<string> granted, string needed)
    {
        var reach = Reach.None;
        foreach (var permission in granted)
        {
            var one = Judge(permission, needed);
            reach = one > reach ? one : reach;
        }

        return reach;
    }

    /// <summary>Whether a route may ask for it: both parts are words, without wildcards and without <c>:own</c>.</summary>
    public static bool IsNeedable(ReadOnlySpan<char> text) =>
        text.IndexOf(':') is > 0 and var colon && IsWord(text[..colon]) && IsWord(text[(colon + 1)..]) && text[(colon + 1)..] is not "own";

    private static Reach Judge(ReadOnlySpan<char> granted, ReadOnlySpan<char> needed)
    {
        if (!IsNeedable(needed))
        {
            return Reach.None;
        }

        if (granted is "*")
        {
            return Reach.Any;
        }

        var colon = needed.IndexOf(':');
        var own = granted.EndsWith(":own", StringComparison.Ordinal);
        granted = own ? granted[..^":own".Length] : granted;
        var split = granted.IndexOf(':');
        if (split < 0
            || !Matches(granted[..split], needed[..colon])
            || !Matches(granted[(split + 1)..], needed[(colon + 1)..]))
        {
            return Reach.None;
        }

        return !own && granted[(split + 1)..] is "*" ? Reach.Any : Reach.Own;
    }

    private static bool Matches(ReadOnlySpan<char> granted, ReadOnlySpan<char> needed) => granted is "*" || granted.SequenceEqual(needed);

    private static bool IsWord(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExcept(WordCharacters);
}
