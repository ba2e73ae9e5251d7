using System.Collections.Frozen;

namespace AICodeManager.Server.Bff;

/// <summary>Headers that belong to one connection and are not passed on (RFC 9110 section 7.6.1).</summary>
internal static class HopByHop
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection", "Proxy-Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info", "HTTP2-Settings");

    /// <summary>Whether the header ends here.</summary>
    /// <param name="connection">The <c>Connection</c> lines of the same message, which name further ones.</param>
    public static bool Ends(string name, IEnumerable<string?> connection)
    {
        if (Names.Contains(name))
            return true;
        foreach (var line in connection)
        {
            foreach (var option in (line ?? "").Split(','))
            {
                if (option.AsSpan().Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }
}
