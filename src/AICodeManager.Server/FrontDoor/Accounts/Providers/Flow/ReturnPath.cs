using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;

/// <summary>Where a person goes after signing in: a place of this server and nowhere else.</summary>
/// <remarks>
/// What a browser, a proxy or a script could read as another host is refused, not repaired: two slashes in a row,
/// backslashes, controls, and their percent-encoded forms; also <c>/auth/</c> itself, which would run in circles.
/// </remarks>
public static class ReturnPath
{
    public const int MaxLength = 1000;

    public const string Accepted = "must be a path of this server such as /tasks, of at most 1000 characters, without // and \\";

    // RFC 3986 section 3.3 and 3.4, without what needs care in HTML.
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$()*+,;=:@/?#%&");

    private static readonly string[] EncodedTricks = ["%2f", "%5c", "%00", "%09", "%0a", "%0d", "%2e"];

    /// <summary>The path, <c>/</c> for none; null where it is not accepted.</summary>
    public static string? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "/";
        }

        if (text.Length > MaxLength || text[0] != '/' || text.AsSpan().ContainsAnyExcept(Allowed))
        {
            return null;
        }

        var end = text.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? text : text[..end];
        return path.Contains("//", StringComparison.Ordinal)
            || path.Contains(':', StringComparison.Ordinal)
            || path.Split('/').Any(segment => segment is "." or "..")
            || path.StartsWith("/auth/", StringComparison.OrdinalIgnoreCase)
            || EncodedTricks.Any(trick => path.Contains(trick, StringComparison.OrdinalIgnoreCase))
                ? null
                : text;
    }
}
